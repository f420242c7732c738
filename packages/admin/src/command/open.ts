import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { type Auth, type AuthOptions, authSettingsFromEnv, createAuth, settingEntries } from "@latchkey/core"
import { legacyPasswordsFromEnv } from "@latchkey/core/legacy-passwords"
import { storeFromEnv, storeFromText } from "../store/store-from-env.ts"
import { CommandFailed, exitCodes } from "./exit-codes.ts"
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

/** Opens the application that the options and the environment name, and closes it whatever becomes of the work. */
export const withAuth = async <Result>(
  options: CommonOptions,
  world: World,
  work: (opened: Opened) => Promise<Result>
): Promise<Result> => {
  const { name, settings } = await readApplication(options, world)
  const auth = await createAuth(settings)
  try {
    return await work({ auth, name })
  } finally {
    await auth.close()
  }
}

/** The options of the application, as its server has them. Nothing is created at start, and no mail is sent. */
export const readApplication = async (
  { store, config, create = false }: CommonOptions,
  { env }: World
): Promise<{ readonly name: string; readonly settings: AuthOptions }> => {
  if (config !== undefined) {
    const { admin: _, ...settings } = await readConfig(config)
    return { name: config, settings }
  }
  const named = await (store === undefined ? storeFromEnv(env) : storeFromText(store))
  const missing = create ? undefined : named.files.find((file) => file !== ":memory:" && !existsSync(file))
  if (missing !== undefined)
    throw new CommandFailed({
      name: "NoDatabase",
      message: `There is no database at ${missing}. Set LATCHKEY_STORE or --store to the one of your server, or add --create to make one.`,
      exitCode: exitCodes.usage
    })
  // The environment is that of the server, with variables of its own. `doctor` tells which ones nobody knows.
  const known = new Set(settingEntries.map(({ variable }) => variable))
  const others = Object.keys(env).filter((variable) => !known.has(variable))
  const { admin: _, publicUrl = NOWHERE, ...settings } = authSettingsFromEnv(env, others)
  return {
    name: named.name,
    settings: { ...settings, publicUrl, store: named.layer, legacyPasswords: legacyPasswordsFromEnv(env) }
  }
}

/** Most commands make no link, so most need no address. */
const NOWHERE = "http://localhost"

/** A module whose default export is what the server gives to `createAuth`, or a function that gives it. */
const readConfig = async (file: string): Promise<AuthOptions> => {
  const { default: given } = await import(pathToFileURL(resolve(file)).href)
  const options: unknown = typeof given === "function" ? await given() : given
  if (typeof options === "object" && options !== null && "store" in options) return options as AuthOptions // createAuth judges it
  throw new CommandFailed({
    name: "ConfigInvalid",
    message: `The default export of ${file} must be the options of createAuth, or a function that gives them.`,
    exitCode: exitCodes.usage
  })
}
