import { ConfigurationError, mixStores, type StoreLayer, type StoreParts } from "@latchkey/core"
import { partNames } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import { redisStore } from "@latchkey/store-redis"
import { sqliteStore } from "@latchkey/store-sqlite"

/** Where the data lives. The name is for people, and shows no password. */
export interface NamedStore {
  readonly name: string
  readonly layer: StoreLayer
}

type Part = Exclude<keyof StoreParts, "users">

const isPart = (part: string): part is Part => part !== "users" && partNames.some((name) => name === part)

const PARTS = partNames.filter(isPart)

/** Reads `LATCHKEY_STORE`: one store, followed by parts that live elsewhere, each after a semicolon. */
export const readStore = (text: string): NamedStore => {
  const [home = "", ...others] = text.split(";")
  const opened = new Map<string, NamedStore>()
  /** If two parts name the same store, they share one connection. */
  const open = (url: string): NamedStore => {
    const store = opened.get(url) ?? readOne(url)
    opened.set(url, store)
    return store
  }

  const base = open(home)
  const parts: { [Key in Part]?: StoreLayer } = {}
  const names = [base.name]
  for (const other of others) {
    const at = other.indexOf("=")
    const [part, store] = [readPart(other.slice(0, at)), open(other.slice(at + 1))]
    if (parts[part] !== undefined) throw refuse(`names two stores for ${part}`)
    parts[part] = store.layer
    names.push(`${part}=${store.name}`)
  }
  return { name: names.join(";"), layer: mixStores(base.layer, parts) }
}

const readOne = (text: string): NamedStore => {
  if (text === "memory") return { name: text, layer: memoryStore() }
  if (/^sqlite:./.test(text)) return { name: text, layer: onFile(() => sqliteStore(text.slice("sqlite:".length))) }
  const url = /^rediss?:\/\//.test(text) ? URL.parse(text) : null
  if (url === null || url.hostname === "") throw refuse('must be "sqlite:<path>", "redis://<host>:<port>" or "memory"')
  return { name: `${url.protocol}//${url.host}${url.pathname}`, layer: redisStore(text) }
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
