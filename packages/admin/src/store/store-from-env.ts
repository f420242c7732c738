import { ConfigurationError, mixStores, type StoreLayer, type StoreParts } from "@latchkey/core"
import { partNames } from "@latchkey/core/store"

/** The variable that `storeFromEnv` reads, for `authSettingsFromEnv`, which refuses any that it does not know. */
export const storeVariables = ["LATCHKEY_STORE"] as const

/** Where the data lives. */
export interface NamedStore {
  /** For people: it shows no password. */
  readonly name: string
  readonly layer: StoreLayer
  /** The SQLite files that it is made of. */
  readonly files: ReadonlyArray<string>
  /** The servers that it is made of. */
  readonly servers: ReadonlyArray<NamedServer>
}

/** A Redis, for a check-up. */
export interface NamedServer {
  readonly name: string
  /** The host of its address, and whether what goes there is encrypted and needs a password. */
  readonly hostname: string
  readonly isEncrypted: boolean
  readonly hasPassword: boolean
  readonly facts: () => Promise<ReadonlyArray<ServerFacts>>
}

/** What a server says of itself, as `redisFacts` of `@latchkey/store-redis` gives it. */
export interface ServerFacts {
  readonly version: string
  readonly roundTrip: number
  readonly clockAhead: number
  readonly memory: { readonly used: number; readonly most: number | null }
  readonly diskProblem: string | null
}

/** Stores of your own, by the words that name them in `LATCHKEY_STORE`: `{ memory: memoryStore }`. */
export type OwnStores = Readonly<Record<string, () => StoreLayer>>

/**
 * The store that `LATCHKEY_STORE` names: `sqlite:<path>` or `redis://<host>:<port>`, by default `sqlite:latchkey.db`. Parts that live
 * elsewhere follow, each after a semicolon: `sqlite:latchkey.db;sessions=redis://localhost:6379`. Rejects with a `ConfigurationError` for
 * what names no store, and for a store whose package is not installed.
 */
export const storeFromEnv = (
  env: Readonly<Record<string, string | undefined>>,
  own: OwnStores = {}
): Promise<NamedStore> => storeFromText(env.LATCHKEY_STORE || DEFAULT_STORE, own)

/** What the server and the command use where nothing is said. */
export const DEFAULT_STORE = "sqlite:latchkey.db"

/** The same, from the text itself. */
export const storeFromText = async (text: string, own: OwnStores = {}): Promise<NamedStore> => {
  const [home = "", ...others] = text.split(";")
  const opened = new Map<string, NamedStore>()
  /** If two parts name the same store, they share one connection. */
  const open = async (url: string): Promise<NamedStore> => {
    const store = opened.get(url) ?? (await readOne(url, own))
    opened.set(url, store)
    return store
  }

  const base = await open(home)
  const parts: { [Key in Part]?: StoreLayer } = {}
  const names = [base.name]
  for (const other of others) {
    const at = other.indexOf("=")
    const [part, store] = [readPart(other.slice(0, at)), await open(other.slice(at + 1))]
    if (parts[part] !== undefined) throw refuse(`names two stores for ${part}`)
    parts[part] = store.layer
    names.push(`${part}=${store.name}`)
  }
  return {
    name: names.join(";"),
    layer: mixStores(base.layer, parts),
    files: [...opened.values()].flatMap(({ files }) => files),
    servers: [...opened.values()].flatMap(({ servers }) => servers)
  }
}

type Part = Exclude<keyof StoreParts, "users">

const isPart = (part: string): part is Part => part !== "users" && partNames.some((name) => name === part)

const PARTS = partNames.filter(isPart)

const readOne = async (text: string, own: OwnStores): Promise<NamedStore> => {
  const mine = Object.hasOwn(own, text) ? own[text] : undefined
  if (mine !== undefined) return { name: text, layer: mine(), files: [], servers: [] }
  if (/^sqlite:./.test(text)) {
    const { sqliteStore } = await installed("@latchkey/store-sqlite", import("@latchkey/store-sqlite"))
    const path = text.slice("sqlite:".length)
    return { name: text, layer: onFile(() => sqliteStore(path)), files: [path], servers: [] }
  }
  const url = /^rediss?:\/\//.test(text) ? URL.parse(text) : null
  if (url === null || url.hostname === "")
    throw refuse(
      `must be ${KINDS}${Object.keys(own)
        .map((name) => ` or "${name}"`)
        .join("")}`
    )
  const { redisStore, redisFacts } = await installed("@latchkey/store-redis", import("@latchkey/store-redis"))
  const name = `${url.protocol}//${url.host}${url.pathname}`
  const server = {
    name,
    hostname: url.hostname,
    isEncrypted: url.protocol === "rediss:",
    hasPassword: url.password !== "",
    facts: () => redisFacts(text)
  }
  return { name, layer: redisStore(text), files: [], servers: [server] }
}

const KINDS = '"sqlite:<path>" or "redis://<host>:<port>"'

const installed = async <Module>(name: string, loading: Promise<Module>): Promise<Module> => {
  try {
    return await loading
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
      throw refuse(`needs the package ${name}: npm install ${name}`)
    throw error
  }
}

/** What the store says of a path that is none, as the variable's problem. */
const onFile = (open: () => StoreLayer): StoreLayer => {
  try {
    return open()
  } catch (error) {
    throw refuse(`must have a plain path after "sqlite:". ${error instanceof Error ? error.message : error}`)
  }
}

const readPart = (text: string): Part => {
  if (isPart(text)) return text
  const example = "sqlite:latchkey.db;sessions=redis://localhost:6379"
  throw refuse(`can name another store only for ${PARTS.join(", ")}, as in "${example}"`)
}

const refuse = (problem: string) => new ConfigurationError({ problems: [{ setting: "LATCHKEY_STORE", problem }] })
