import { Command, CommanderError } from "commander"
import { revoke } from "../credentials/revoke.ts"
import { issueToken } from "../credentials/token.ts"
import { doctor } from "../doctor/doctor.ts"
import { exportBackup } from "../transfer/export.ts"
import { importFile } from "../transfer/import.ts"
import { listEvents, parseAnchor, showAnchor, verifyTrail } from "../upkeep/audit.ts"
import { sweepStore } from "../upkeep/sweep.ts"
import { changeUser, deleteUser } from "../users/change.ts"
import { createAdmin } from "../users/create-admin.ts"
import { listUsers } from "../users/list.ts"
import { passwordLink } from "../users/password-link.ts"
import { setPassword } from "../users/set-password.ts"
import { showUser } from "../users/show.ts"
import { CommandFailed, exitCodeOf, exitCodes, usage } from "./exit-codes.ts"
import { failureOf, jsonLine, plainLines, withoutValues } from "./words.ts"
import type { World } from "./world.ts"

/** Runs `latchkey-admin` with its arguments (without node and the path), and returns its exit code. */
export const runCommand = async (args: ReadonlyArray<string>, world: World): Promise<number> => {
  try {
    await commandLine(args, world).parseAsync([...args], { from: "user" })
    return exitCodes.done
  } catch (error) {
    // The parser has written its own error, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    await tell(error, args.includes("--json"), world)
    return exitCodeOf(error)
  }
}

const commandLine = (args: ReadonlyArray<string>, world: World): Command => {
  const program = new Command("latchkey-admin")
    .description("Look after the users of an application: works on its store, with the environment of its server.")
    .version(world.version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void world.screen.out(text),
      writeErr: (text) => world.screen.err(plainLines(text)),
      outputError: (text, write) => write(withoutValues(text, args))
    })
    .addHelpText("after", EPILOGUE)

  common(program.command("create-admin").description("make an administrator; completes setup"))
    .option("--username <name>", "their username")
    .option("--email <address>", "their e-mail address, which counts as verified")
    .option("--password-stdin", "read the password from standard input")
    .option("--invite", "print a one-time link by which they choose a password")
    .option("--mail", "mail the link of --invite in place of printing it")
    .action((options) => createAdmin(options, world))

  userCommands(program.command("users").description("list, show, change and remove users"), world)

  common(program.command("revoke <user>").description("end all sessions and tokens of a user, or some"))
    .option("--sessions", "only sessions")
    .option("--tokens", "only tokens")
    .option("--session <id>", "only this session")
    .option("--token <id>", "only this token")
    .action((user, options) => revoke(user, options, world))

  common(program.command("token <user>").description("make a personal access token and print it, this once"))
    .requiredOption("--name <name>", "what it is for")
    .option("--scope <scope>", "what it may be used for; may be repeated", collect)
    .option("--expires <duration>", 'how long it lives, such as "90 days" (default: the option tokens.lifetime)')
    .option("--endless", "it never ends, where tokens.mayBeEndless allows that")
    .action((user, options) => issueToken(user, options, world))

  transferCommands(program, world)

  common(program.command("sweep").description("remove what has ended from the store, and say how much")).action(
    (options) => sweepStore(options, world)
  )

  auditCommands(program.command("audit").description("read and verify the audit trail"), world)

  common(program.command("doctor").description("tell what is wrong with the configuration, the store and the server"))
    .option("--strict", "fail for warnings, too")
    .option("--url <address>", "ask the running server at this address, too; leaves one refused log-in in its trail")
    .action((options) => doctor(options, world))

  return program
}

const userCommands = (users: Command, world: World): void => {
  common(users.command("list").description("list users, newest first"))
    .option("--query <text>", "only whose username or address begins with this")
    .option("--superusers", "only superusers")
    .option("--inactive", "only users who are not active")
    .option("--limit <number>", "at most so many (default: 50)", readCount)
    .action((options) => listUsers(options, world))

  const ofOne = (name: string, description: string) =>
    common(users.command(`${name} <user>`).description(`${description}, by id, username or address`))
  ofOne("show", "show a user with sessions and tokens").action((user, options) => showUser(user, options, world))
  ofOne("activate", "let a user in again").action((user, options) => changeUser("activate", user, options, world))
  ofOne("deactivate", "keep a user out, at once").action((user, options) =>
    changeUser("deactivate", user, options, world)
  )
  ofOne("promote", "make a user an administrator")
    .option("--yes", "do not ask")
    .action((user, options) => changeUser("promote", user, options, world))
  ofOne("demote", "make an administrator an ordinary user").action((user, options) =>
    changeUser("demote", user, options, world)
  )
  ofOne("delete", "remove a user and everything that is theirs")
    .option("--yes", "do not ask")
    .action((user, options) => deleteUser(user, options, world))
  ofOne("password", "set the password of a user")
    .option("--password-stdin", "read the password from standard input")
    .action((user, options) => setPassword(user, options, world))
  ofOne("password-link", "print a one-time link by which a user chooses a password")
    .option("--mail", "mail it in place of printing it")
    .action((user, options) => passwordLink(user, options, world))
}

const transferCommands = (program: Command, world: World): void => {
  common(
    program.command("import <file>").description("import users of another system, or a backup; - reads standard input")
  )
    .option("--source <name>", "the other system's name, such as fastpluggy")
    .option("--dry-run", "only say what would become of each line")
    .option("--yes", "do not ask")
    .option("--return-removed", "also add users who were removed here since an earlier import")
    .option("--report <file>", "write what became of each line, as JSON lines, with old and new ids")
    .action((file, options) => importFile(file, options, world))

  common(
    program
      .command("export <file>")
      .description("write a backup of all that lasts, as JSON lines; - writes standard output")
  )
    .option("--force", "replace the file if it is there")
    .action((file, options) => exportBackup(file, options, world))
}

const auditCommands = (audit: Command, world: World): void => {
  common(audit.command("list").description("list events, newest first"))
    .option("--user <user>", "only events of this user, or about them")
    .option("--type <type>", "only events of this type, such as login.refused")
    .option("--since <time>", "only events from then on, such as 2026-11-30 or 2026-11-30T12:00Z", readTime)
    .option("--request <id>", "only events of this request")
    .option("--limit <number>", "at most so many (default: 50)", readCount)
    .action((options) => listEvents(options, world))
  common(audit.command("verify").description("check every link of the trail"))
    .option("--anchor <anchor>", "what `audit anchor` printed once", readAnchor)
    .action((options) => verifyTrail(options, world))
  common(audit.command("anchor").description("print the newest link, to keep elsewhere")).action((options) =>
    showAnchor(options, world)
  )
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
  5 the store cannot be reached   6 some lines were skipped   7 a check-up found something wrong
  130 stopped by Ctrl-C, or by your answer   141 whoever read the output went away
`

const readCount = (text: string): number => {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1) throw usage("--limit must be a number from 1 on.")
  return count
}

const readTime = (text: string): number => {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw usage("--since must be a time such as 2026-11-30 or 2026-11-30T12:00Z.")
  return at
}

const readAnchor = (text: string) => {
  const anchor = parseAnchor(text)
  if (anchor === null) throw usage("--anchor must be what `latchkey-admin audit anchor` printed.")
  return anchor
}

const collect = (text: string, before: ReadonlyArray<string> = []): ReadonlyArray<string> => [...before, text]

const tell = async (error: unknown, isJson: boolean, { screen }: World): Promise<void> => {
  const { name, message } = failureOf(error)
  const text = plainLines(message)
  if (isJson) return screen.out(jsonLine({ error: name, message: text }))
  if (!(error instanceof CommandFailed && error.isTold)) screen.err(`latchkey-admin: ${text}\n`)
}
