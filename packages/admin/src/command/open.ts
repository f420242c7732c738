import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import {
  type Auth,
  type AuthOptions,
  authSettingsFromEnv,
  createAuth,
  type Mailer,
  SweepsByItself,
  settingEntries
} from "@latchkey/core"
import { legacyPasswordsFromEnv } from "@latchkey/core/legacy-passwords"
import * as Layer from "effect/Layer"
import { DEFAULT_STORE, type NamedStore } from "../store/store-from-env.ts"
import { Aborted, CommandFailed, exitCodes, usage } from "./exit-codes.ts"
import { logTo } from "./log.ts"
import type { World } from "./world.ts"

/** What every command takes. */
export interface CommonOptions {
  readonly store?: string
  readonly config?: string
  readonly create?: boolean
  readonly json?: boolean
}

/** An application that a command works on. */
export interface Opened {
  readonly auth: Auth
  /** What people call the store. */
  readonly name: string
}

/** How a command works on it. */
export interface Manner {
  /** Default none: nothing is mailed that nobody asked for. */
  readonly mailer?: Mailer | null
  /** Whether the work looks at Ctrl-C itself, because it must not stop between two things that belong together. */
  readonly stopsByItself?: boolean
}

/** Opens the application that the options and the environment name, sweeps nothing (OPR-04), and closes it whatever becomes of the work. */
export const withAuth = async <Result>(
  options: CommonOptions,
  world: World,
  work: (opened: Opened) => Promise<Result>,
  { mailer = null, stopsByItself = false }: Manner = {}
): Promise<Result> => {
  const { name, settings } = await readApplication(options, world)
  let isOpen = false
  // What a start warns of is said to whoever starts the server, and by `doctor`.
  const log = logTo(({ level, text }) => isOpen && world.screen.err(`latchkey-admin: ${level}: ${text}\n`))
  const auth = await createAuth({ ...settings, mailer }, Layer.mergeAll(log, Layer.succeed(SweepsByItself, false)))
  isOpen = true
  try {
    if (world.signal.aborted) throw new Aborted()
    const working = work({ auth, name })
    return await (stopsByItself ? working : Promise.race([working, stopped(world.signal)]))
  } finally {
    await auth.close()
  }
}

const stopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, fail) => {
    if (signal.aborted) fail(new Aborted())
    signal.addEventListener("abort", () => fail(new Aborted()), { once: true })
  })

/** The options of an application, and what its store is made of as far as that is known. */
export interface Application extends Pick<NamedStore, "name" | "files" | "servers"> {
  readonly settings: AuthOptions
}

/** The options of the application, as its server has them. Nothing is created at start, nothing announced. */
export const readApplication = async (
  { store, config, create = false }: CommonOptions,
  { env, storeOf }: Pick<World, "env" | "storeOf">
): Promise<Application> => {
  if (config !== undefined) {
    if (store !== undefined) throw usage("Say --store or --config, not both: the module names the store.")
    const { admin: _, setup, ...settings } = await readConfig(config)
    return { name: config, settings: { ...settings, setup: { ...setup, announce: false } }, files: [], servers: [] }
  }
  // OPR-01.
  if (/:\/\/[^/@]*:[^/@]+@/.test(store ?? ""))
    throw usage("Everybody on this machine can read arguments: give an address with a password by LATCHKEY_STORE.")
  const named = await storeOf(store ?? (env.LATCHKEY_STORE || DEFAULT_STORE))
  const missing = create ? undefined : named.files.find((file) => file !== ":memory:" && !existsSync(file))
  if (missing !== undefined)
    throw new CommandFailed({
      name: "NoDatabase",
      message: `There is no database at ${missing}. Set LATCHKEY_STORE or --store to the one of your server, or add --create to make one.`,
      exitCode: exitCodes.usage
    })
  const { admin: _, setup, publicUrl = NOWHERE, ...settings } = settingsOf(env)
  return {
    name: named.name,
    files: named.files,
    servers: named.servers,
    settings: {
      ...settings,
      setup: { ...setup, announce: false },
      publicUrl,
      store: named.layer,
      legacyPasswords: legacyPasswordsFromEnv(env)
    }
  }
}

/** The environment is that of the server, with variables of its own. `doctor` tells which ones nobody knows. */
const settingsOf = (env: World["env"]) => {
  const known = new Set(settingEntries.map(({ variable }) => variable))
  return authSettingsFromEnv(
    env,
    Object.keys(env).filter((variable) => !known.has(variable))
  )
}

/** Most commands make no link, so most need no address. */
export const NOWHERE = "http://localhost"

/** A module whose default export is what the server gives to `createAuth`, or a function that gives it. */
const readConfig = async (file: string): Promise<AuthOptions> => {
  if (!existsSync(file)) throw usage(`There is no file ${file}.`)
  const { default: given } = await import(pathToFileURL(resolve(file)).href)
  const options: unknown = typeof given === "function" ? await given() : given
  if (typeof options === "object" && options !== null && "store" in options) return options as AuthOptions // createAuth judges it
  throw new CommandFailed({
    name: "ConfigInvalid",
    message: `The default export of ${file} must be the options of createAuth, or a function that gives them.`,
    exitCode: exitCodes.usage
  })
}
