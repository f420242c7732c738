import { isConfigurationError } from "@latchkey/core"
import { CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { type Application, type CommonOptions, NOWHERE, readApplication } from "../command/open.ts"
import { counted, failureOf, jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { checkApplication } from "./check-application.ts"
import { partsOf } from "./check-parts.ts"
import { checkServer } from "./check-server.ts"
import { type Finding, inOrder, unknown, wrong } from "./finding.ts"

export interface DoctorOptions extends CommonOptions {
  readonly url?: string
  /** Whether a warning fails it, too. */
  readonly strict?: boolean
}

/** `latchkey-admin doctor`: says in plain words what is wrong, why it matters, and what mends it (OPR-06). */
export const doctor = async (options: DoctorOptions, world: World): Promise<void> => {
  const { screen } = world
  const url = options.url === undefined ? null : readUrl(options.url)
  const found = inOrder(await check(options, url, world))
  for (const finding of found) await screen.out(options.json ? jsonLine(finding) : wordsOf(finding))
  const errors = found.filter(({ level }) => level === "error").length
  const warnings = found.filter(({ level }) => level === "warning").length
  const summary = `${counted(errors, "error")} and ${counted(warnings, "warning")}.`
  if (errors > 0 || (options.strict && warnings > 0))
    throw new CommandFailed({ name: "Unsound", message: summary, exitCode: exitCodes.unsound })
  if (!options.json) screen.err(`${summary}\n`)
}

const check = async (options: DoctorOptions, url: URL | null, world: World): Promise<ReadonlyArray<Finding>> => {
  const serverAlone = () => (url === null ? Promise.resolve([]) : checkServer(url, null, world))
  let application: Application
  try {
    application = await readApplication(options, world)
  } catch (error) {
    if (!(isConfigurationError(error) || error instanceof CommandFailed)) throw error
    const { findings } = await partsOf({}, options, world)
    return [unreadable(error), ...findings, ...(await serverAlone())]
  }
  const parts = await partsOf(application.settings, options, world)
  const { hasMailer, accessTokens } = parts
  let isOpen = false
  const found = await checkApplication(
    { ...application, settings: { ...withoutNowhere(application.settings), accessTokens } },
    { isProduction: world.env.NODE_ENV === "production", hasMailer },
    async (auth) => {
      isOpen = true
      return url === null ? [] : checkServer(url, auth, world)
    }
  )
  return [
    ...parts.findings,
    ...found,
    ...(isOpen ? [] : await serverAlone()),
    ...(options.config === undefined ? [] : [OPAQUE])
  ]
}

const OPAQUE = unknown("store", "config", "The store comes from --config, so only its answers were looked at.")

const unreadable = (error: Error): Finding =>
  wrong({
    about: "configuration",
    code: "not-opened",
    what: plainText(failureOf(error).message.replaceAll(/\s*\n\s*/g, " "), 500),
    why: "Nothing of the application could be looked at.",
    mend: "Do what the message says, and run the check-up again."
  })

/** A command makes up an address where none is set. A check-up says that it is missing. */
const withoutNowhere = ({ publicUrl, ...settings }: Application["settings"]): Application["settings"] =>
  publicUrl === NOWHERE || publicUrl === undefined ? settings : { ...settings, publicUrl }

const readUrl = (text: string): URL => {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.search === "") return url
  throw usage("--url must be the address of the server, such as https://app.example.org")
}

const words = { error: "error    ", warning: "warning  ", unknown: "not seen ", ok: "ok       " } as const

const wordsOf = ({ level, what, why, mend }: Finding): string =>
  [
    `${words[level]}${what}\n`,
    ...(why === undefined ? [] : [`         Why: ${why}\n`]),
    ...(mend === undefined ? [] : [`         Mend: ${mend}\n`])
  ].join("")
