import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Store, type StoreLayer, type StoreShape } from "@latchkey/core/store"
import { type SqliteHandle, sqliteStore } from "@latchkey/store-sqlite"
import Database from "better-sqlite3"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { onTestFinished } from "vitest"

/** In memory where Linux has a place for files there: what a disk would add to these tests is time. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir()

/** The path of a database that is not there yet, in a directory that goes with the test. */
export const newPath = (): string => {
  const directory = mkdtempSync(join(PLACE, "latchkey-sqlite-"))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, "app.db")
}

/** Builds a store; it is closed with the test. */
export const build = async (layer: StoreLayer): Promise<StoreShape> => {
  const runtime = ManagedRuntime.make(layer)
  onTestFinished(() => runtime.dispose())
  return runtime.runPromise(Store)
}

export const openStore = (path: string): Promise<StoreShape> => build(sqliteStore(path))

export interface HostHandle {
  readonly handle: SqliteHandle
  readonly path: string
}

/** A host's own handles, each on a new file in write-ahead mode. */
export const hostHandles = {
  "node:sqlite": (path = newPath()): HostHandle => {
    const handle = new DatabaseSync(path)
    onTestFinished(() => handle.close())
    handle.exec("PRAGMA journal_mode = WAL")
    return { handle, path }
  },
  "better-sqlite3": (path = newPath()): HostHandle => {
    const handle = new Database(path)
    onTestFinished(() => void handle.close())
    handle.pragma("journal_mode = WAL")
    return { handle, path }
  }
}

export const drivers = ["node:sqlite", "better-sqlite3"] as const

type Fallible<A> = Effect.Effect<A, { readonly _tag: string }>

/** What an effect comes to: its value, or the tag of its failure. It throws if the effect waits. */
export const outcome = <A>(effect: Fallible<A>): A | string => Effect.runSync(outcomeOf(effect))

/** The same for an effect that may wait. */
export const outcomeInTime = <A>(effect: Fallible<A>): Promise<A | string> => Effect.runPromise(outcomeOf(effect))

const outcomeOf = <A>(effect: Fallible<A>): Effect.Effect<A | string> =>
  Effect.match(effect, { onSuccess: (value): A | string => value, onFailure: (error) => error._tag })

/** All rows of all tables of ours, to tell whether anything was written. */
export const contents = (handle: SqliteHandle): unknown => {
  const tables = handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
  const names = tables.map((row) => String((row as { readonly name: unknown }).name))
  return Object.fromEntries(names.map((name) => [name, handle.prepare(`SELECT * FROM "${name}"`).all()]))
}
