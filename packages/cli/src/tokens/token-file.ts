import { homedir } from "node:os"
import type { Login } from "../login/log-in.ts"
import { readServerAddress } from "../server/server-address.ts"
import { changePrivateFile, readPrivateFile } from "./private-file.ts"
import { TokenFileBroken } from "./token-errors.ts"
import { tokenFilePath } from "./token-file-path.ts"
import {
  emptyList,
  printList,
  readList,
  type SavedToken,
  type TokenList,
  withoutToken,
  withToken
} from "./token-list.ts"

export interface TokenFileOptions {
  /** The program's name, which becomes the name of a folder. */
  readonly app: string
  /** Where the file is, if not in the usual place of the system. */
  readonly path?: string
}

/** The tokens of a program, of any number of servers. Several processes may use it at once. */
export interface TokenFile {
  readonly path: string
  /** Null if no token of this server is kept. One that has expired is still there. */
  readonly get: (server: string) => Promise<SavedToken | null>
  /**
   * Keeps the token that `logIn` returned, in place of an older one of the same server. Resolves with that older one, or null: of
   * several processes that log in at once, each is given what it replaced.
   */
  readonly set: (login: Login) => Promise<SavedToken | null>
  /**
   * Forgets the token of a server. With `token` it does so only if that is still the one that is kept, because another
   * process may have logged in meanwhile. True if it was there.
   */
  readonly remove: (server: string, token?: string) => Promise<boolean>
  /** All of them, the one of the last log-in first. */
  readonly list: () => Promise<ReadonlyArray<SavedToken>>
  /** The server of the last log-in, or the only one; null if that leaves a choice. */
  readonly currentServer: () => Promise<string | null>
}

/**
 * Keeps tokens in a JSON file that only its owner can read (mode 0600, in a folder of mode 0700). On Windows the folder
 * below `%LOCALAPPDATA%` does that.
 *
 * A write is atomic: a crash leaves the old file or the new one. It throws at once if `app` cannot name a folder, or if
 * the user has no home folder and there is no `path`. All methods fail with `TokenFileBroken`, `TokenFileError`
 * or `ServerAddressInvalid`; those that write also with `TokenFileBusy`.
 */
export const tokenFile = ({ app, path: chosen }: TokenFileOptions): TokenFile => {
  const place = { platform: process.platform, env: process.env, home: homeFolder() }
  const path = chosen ?? tokenFilePath(app, place)
  const read = () => readTokens(path)
  return {
    path,
    get: async (server) => (await read()).tokens.get(keyOf(server)) ?? null,
    set: async (login) => {
      const { token, expiresAt, scopes } = login
      const saved = { server: keyOf(login.server), token, expiresAt, scopes, savedAt: new Date() }
      let replaced: SavedToken | null = null
      await changeTokens(path, (list) => {
        replaced = list.tokens.get(saved.server) ?? null
        return withToken(list, saved)
      })
      return replaced
    },
    remove: async (server, token) => {
      const key = keyOf(server)
      const isKept = ({ tokens }: TokenList) => {
        const kept = tokens.get(key)
        return kept !== undefined && (token === undefined || kept.token === token)
      }
      let isRemoved = false
      await changeTokens(path, (list) => {
        isRemoved = isKept(list)
        return isRemoved ? withoutToken(list, key) : list
      })
      return isRemoved
    },
    list: async () => {
      const { tokens, current } = await read()
      return [...tokens.values()].sort((a, b) => Number(b.server === current) - Number(a.server === current))
    },
    currentServer: async () => {
      const { tokens, current } = await read()
      return current ?? (tokens.size === 1 ? ([...tokens.keys()][0] ?? null) : null)
    }
  }
}

/** Node throws where neither the environment nor the list of users names a home folder. */
const homeFolder = (): string | null => {
  try {
    return homedir()
  } catch {
    return null
  }
}

/** Whether a server may be asked without encryption is decided where it is asked. */
const keyOf = (server: string): string => readServerAddress(server, true)

const readTokens = async (path: string): Promise<TokenList> => listIn(path, await readPrivateFile(path))

/** A list that did not change is not written. */
const changeTokens = (path: string, next: (list: TokenList) => TokenList): Promise<void> =>
  changePrivateFile(path, (text) => {
    const before = listIn(path, text)
    const after = next(before)
    return after === before ? null : printList(after)
  })

const listIn = (path: string, text: string | null): TokenList => {
  const list = text === null ? emptyList : readList(text)
  if (typeof list === "string") throw new TokenFileBroken({ path, reason: list })
  return list
}
