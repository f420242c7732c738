import { Command, CommanderError, InvalidArgumentError } from "commander"
import { exportBackup } from "../transfer/export.ts"
import { importFile } from "../transfer/import.ts"
import { listUsers } from "../users/list.ts"
import { exitCodeOf, exitCodes } from "./exit-codes.ts"
import { failureOf, jsonLine, plainText } from "./words.ts"
import type { World } from "./world.ts"

/** Runs `latchkey-admin` with its arguments (without node and the path), and returns its exit code. */
export const runCommand = async (args: ReadonlyArray<string>, world: World): Promise<number> => {
  try {
    await commandLine(world).parseAsync([...args], { from: "user" })
    return exitCodes.done
  } catch (error) {
    // The parser has written its own error, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    await tell(error, args.includes("--json"), world)
    return exitCodeOf(error)
  }
}

const commandLine = (world: World): Command => {
  const { screen } = world
  const program = new Command("latchkey-admin")
    .description("Look after the users of an application: works on its store, with the environment of its server.")
    .version(world.version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => void screen.out(text), writeErr: screen.err })
    .addHelpText("after", EPILOGUE)

  const users = program.command("users").description("list, show, change and remove users")
  common(users.command("list").description("list users, newest first"))
    .option("--query <text>", "only whose username or address begins with this")
    .option("--superusers", "only superusers")
    .option("--inactive", "only users who are not active")
    .option("--limit <number>", "at most so many (default: 50)", readCount)
    .action((options) => listUsers(options, world))

  common(
    program.command("import <file>").description("import users of another system, or a backup; - reads standard input")
  )
    .option("--source <name>", "the other system's name, such as fastpluggy")
    .option("--dry-run", "only say what would become of each line")
    .option("--yes", "do not ask")
    .option("--report <file>", "write what became of each line, as JSON lines, with old and new ids")
    .action((file, options) => importFile(file, options, world))

  common(
    program
      .command("export <file>")
      .description("write a backup of all that lasts, as JSON lines; - writes standard output")
  )
    .option("--force", "replace the file if it is there")
    .action((file, options) => exportBackup(file, options, world))

  return program
}

/** What every command takes. */
const common = (command: Command): Command =>
  command
    .allowExcessArguments(false)
    .option("--store <store>", "where the data lives (default: LATCHKEY_STORE, or sqlite:latchkey.db)")
    .option("--config <file>", "a module that exports the options of createAuth, in place of the environment")
    .option("--create", "make the database if it is not there")
    .option("--json", "print one JSON object a line")

const EPILOGUE = `
Environment:
  LATCHKEY_STORE   where the data lives, as for the server: sqlite:<path> or redis://<host>:<port>
  LATCHKEY_…       every option of the server

Exit codes:
  0 done   1 failed   2 wrong usage or configuration   3 no such user, session or token   4 refused by a rule
  5 the store cannot be reached   6 some lines were skipped   7 a check-up found something wrong   130 stopped by Ctrl-C
`

const readCount = (text: string): number => {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError("It must be a number from 1 on.")
  return count
}

const tell = async (error: unknown, isJson: boolean, { screen }: World): Promise<void> => {
  const { name, message } = failureOf(error)
  const text = message
    .split("\n")
    .map((line) => plainText(line, 1000))
    .join("\n")
  if (isJson) await screen.out(jsonLine({ error: name, message: text }))
  else screen.err(`latchkey-admin: ${text}\n`)
}
