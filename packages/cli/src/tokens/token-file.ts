import { randomUUID } from "node:crypto"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { homedir } from "node:os"
import { dirname } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import type { Login } from "../login/log-in.ts"
import { readServerAddress } from "../server/server-address.ts"
import { type FileLock, takeLock } from "./file-lock.ts"
import { TokenFileBroken, TokenFileBusy, TokenFileError } from "./token-errors.ts"
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
  /** Keeps the token that `logIn` returned, in place of an older one of the same server. */
  readonly set: (login: Login) => Promise<void>
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
 * A write is atomic: a crash leaves the old file or the new one. All methods fail with `TokenFileBroken`, `TokenFileError`
 * or `ServerAddressInvalid`; those that write also with `TokenFileBusy`.
 */
export const tokenFile = ({ app, path: chosen }: TokenFileOptions): TokenFile => {
  const place = { platform: process.platform, env: process.env, home: homedir() }
  const path = chosen ?? tokenFilePath(app, place)
  const read = () => readTokenFile(path)
  return {
    path,
    get: async (server) => (await read()).tokens.get(keyOf(server)) ?? null,
    set: async (login) => {
      const { token, expiresAt, scopes } = login
      const saved = { server: keyOf(login.server), token, expiresAt, scopes, savedAt: new Date() }
      await change(path, (list) => withToken(list, saved))
    },
    remove: async (server, token) => {
      const key = keyOf(server)
      const isKept = ({ tokens }: TokenList) => {
        const kept = tokens.get(key)
        return kept !== undefined && (token === undefined || kept.token === token)
      }
      let isRemoved = false
      await change(path, (list) => {
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

/** Whether a server may be asked without encryption is decided where it is asked. */
const keyOf = (server: string): string => readServerAddress(server, true)

/** Room for thousands of tokens. A larger file is not ours. */
const LONGEST = 4 * 1024 * 1024

const readTokenFile = async (path: string): Promise<TokenList> => {
  const text = await readText(path)
  const list = text === null ? emptyList : readList(text)
  if (typeof list === "string") throw new TokenFileBroken({ path, reason: list })
  return list
}

const readText = async (path: string): Promise<string | null> => {
  try {
    const file = await open(path, "r")
    try {
      const { size, mode } = await file.stat()
      if (size > LONGEST) throw new TokenFileBroken({ path, reason: "it is too long." })
      // Somebody has copied it with the rights of other files. Where that cannot be mended, reading still can.
      if (process.platform !== "win32" && (mode & 0o077) !== 0) await file.chmod(0o600).catch(() => undefined)
      return await file.readFile("utf8")
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null
    throw told(path, error)
  }
}

/**
 * Reads, changes and writes while no other process does, so no entry gets lost. A list that did not change is not
 * written.
 */
const change = async (path: string, next: (list: TokenList) => TokenList): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    for (let attempt = 0; attempt < 3; attempt++) {
      const lock = await takeLock(`${path}.lock`)
      if (lock === null) break
      try {
        const before = await readTokenFile(path)
        const after = next(before)
        if (after === before || (await replace(path, printList(after), lock))) return
      } finally {
        await lock.release()
      }
    }
  } catch (error) {
    throw told(path, error)
  }
  throw new TokenFileBusy({ path })
}

/** Writes beside the file and moves the result over it. False if the lock was lost meanwhile: then nothing has changed. */
const replace = async (path: string, text: string, lock: FileLock): Promise<boolean> => {
  const beside = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(beside, "wx", 0o600)
    try {
      await file.writeFile(text)
      await file.sync() // or a power failure may leave a file of the right name without content
    } finally {
      await file.close()
    }
    if (!(await lock.isHeld())) return false
    await moveOver(beside, path)
    return true
  } finally {
    await rm(beside, { force: true })
  }
}

/** Windows refuses while another process, such as a virus scanner, has the file open. */
const moveOver = async (from: string, to: string): Promise<void> => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(from, to)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? ""
      const isInUse = process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(code)
      if (!isInUse || attempt === 20) throw error
      await wait(25)
    }
  }
}

/** The system's errors by their code alone. */
const told = (path: string, error: unknown): unknown => {
  const code = (error as NodeJS.ErrnoException).code
  return typeof code === "string" ? new TokenFileError({ path, code }) : error
}
