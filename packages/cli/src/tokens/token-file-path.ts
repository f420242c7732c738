import { posix, win32 } from "node:path"

/** What decides where a program keeps its files. */
export interface Place {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** The user's home folder; null if the user has none, as in a container with a user id of its own. */
  readonly home: string | null
}

/**
 * Where the tokens of a program are kept:
 *
 * - Linux and others: `$XDG_STATE_HOME/<app>/tokens.json`, or `~/.local/state/…`. Tokens belong to one machine. The folders
 *   for configuration and data are copied to other machines and into repositories.
 * - macOS: `~/Library/Application Support/<app>/tokens.json`
 * - Windows: `%LOCALAPPDATA%\<app>\tokens.json`, which does not roam.
 *
 * Fails where this needs a home folder and there is none.
 */
export const tokenFilePath = (app: string, { platform, env, home }: Place): string => {
  if (!isFolderName(app))
    throw new Error(`tokenFile: ${JSON.stringify(app)} cannot name a folder. Use letters, digits, ".", "_" and "-".`)
  if (platform === "win32") {
    const local = env.LOCALAPPDATA
    const base = local && win32.isAbsolute(local) ? local : win32.join(needed(home, "LOCALAPPDATA"), "AppData", "Local")
    return win32.join(base, app, FILE)
  }
  if (platform === "darwin") return posix.join(needed(home, "HOME"), "Library", "Application Support", app, FILE)
  const state = env.XDG_STATE_HOME
  // The XDG specification has relative paths ignored.
  const base = state && posix.isAbsolute(state) ? state : posix.join(needed(home, "XDG_STATE_HOME"), ".local", "state")
  return posix.join(base, app, FILE)
}

const FILE = "tokens.json"

const needed = (home: string | null, variable: string): string => {
  if (home !== null) return home
  throw new Error(`There is no place for tokens, because this user has no home folder. Set ${variable} to a folder.`)
}

/** One folder on every system: Windows reserves some names, and drops a dot at the end. */
const isFolderName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name) &&
  !name.endsWith(".") &&
  !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name)
