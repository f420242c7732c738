import { Command, CommanderError, Option } from "commander"
import { readScopeText } from "../login/scope.ts"
import { plainText } from "../server/plain-text.ts"
import { CommandFailed, exitCodeOf, exitCodes } from "./exit-codes.ts"
import { login } from "./login.ts"
import { logout } from "./logout.ts"
import { token } from "./token.ts"
import { whoami } from "./whoami.ts"
import { failureOf, jsonLine, withoutValues } from "./words.ts"
import type { Screen, World } from "./world.ts"

/** Runs `latchkey` with its arguments (without node and the path), and returns its exit code. */
export const runCommand = async (args: ReadonlyArray<string>, world: World): Promise<number> => {
  try {
    await commandLine(args, world).parseAsync([...args], { from: "user" })
    return exitCodes.done
  } catch (error) {
    // The parser has written its own error, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    tell(error, args.includes("--json"), world.screen)
    return exitCodeOf(error)
  }
}

const commandLine = (args: ReadonlyArray<string>, world: World): Command => {
  const { screen } = world
  const program = new Command("latchkey")
    .description("Log in to a server from the command line, through the browser.")
    .version(world.version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: screen.out,
      writeErr: screen.err,
      outputError: (text, write) => write(withoutValues(text, args))
    })
    .addHelpText("after", EPILOGUE)

  const add = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .option("--server <url>", "the server's address (default: the one you logged in to last)")
      .option("--json", "print one JSON object a line")
      .addOption(new Option("--unsafe-http", "allow a server without https://; anyone on the way can read the token"))

  add("login", "log in through the browser, and keep the token")
    .option("--scope <scope>", "what the token shall allow; may be repeated", collectScopes)
    .option("--name <name>", "how the page names this program (default: latchkey on this machine)", readName)
    .option("--no-browser", "open no browser, only show the address")
    .option("--force", "log in even if you are logged in; the old token ends")
    .action((options) => login(options, forPeople(options, world)))

  add("whoami", "tell who is logged in, and whether the token still works").action((options) => whoami(options, world))

  add("logout", "end the token at the server, and forget it")
    .option("--force", "forget the token even if the server does not end it")
    .action((options) => logout(options, world))

  add("token", "print the token, for scripts").action((options) => token(options, world))
  return program
}

const EPILOGUE = `
Environment:
  LATCHKEY_SERVER  the server's address, if --server is not given
  NO_COLOR         no bold text

Exit codes:
  0 done   1 failed   2 wrong usage   3 denied   4 the code expired   5 the server cannot be reached
  6 not logged in   130 stopped by Ctrl-C
`

/** With --json and nobody there to read, only JSON is written. */
const forPeople = ({ json }: { json?: boolean }, world: World): World =>
  json && !world.screen.isTerminal ? { ...world, screen: { ...world.screen, err: () => undefined } } : world

const collectScopes = (text: string, before: ReadonlyArray<string> = []): ReadonlyArray<string> => {
  const scopes = readScopeText(text)
  if (scopes === null) throw wrongUsage("A scope of --scope has no quotes and no backslashes.")
  return [...new Set([...before, ...scopes])]
}

const readName = (name: string): string => {
  if (name.length < 1 || name.length > 100) throw wrongUsage("The name of --name has 1 to 100 characters.")
  return name
}

/** An error of our own, because the parser's repeats the value. */
const wrongUsage = (message: string): CommandFailed =>
  new CommandFailed({ name: "WrongUsage", message, exitCode: exitCodes.usage })

const tell = (error: unknown, isJson: boolean, { out, err }: Screen): void => {
  const { name, message } = failureOf(error)
  const text = message
    .split("\n")
    .map((line) => plainText(line, 1000))
    .join("\n")
  if (isJson) out(jsonLine({ error: name, message: text }))
  else err(`latchkey: ${text}\n`)
}
