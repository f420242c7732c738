import { DatabaseSync } from "node:sqlite"
import { Store, type StoreShape } from "@latchkey/core/store"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { type ActionName, actions } from "./race-actions.ts"

/** What the test asks of a process of its own. Each is answered by one message. */
export type Command =
  | { readonly do: "open"; readonly path: string; readonly at: number }
  | { readonly do: "race"; readonly action: ActionName; readonly calls: ReadonlyArray<number>; readonly at: number }
  | { readonly do: "lock"; readonly path: string }
  | { readonly do: "unlock" }

let runtime: ManagedRuntime.ManagedRuntime<Store, unknown> | null = null
let store: StoreShape | null = null
let lock: DatabaseSync | null = null

/** All racers are off at the same millisecond; a timer would let some of them go late. */
const waitFor = (instant: number): void => {
  while (Date.now() < instant);
}

const nameOf = (value: unknown): string =>
  value === undefined || (typeof value === "object" && value !== null) ? "done" : String(value)

const open = async (path: string, at: number): Promise<string> => {
  await runtime?.dispose()
  runtime = ManagedRuntime.make(sqliteStore(path))
  waitFor(at)
  store = await runtime.runPromise(Store)
  return "opened"
}

const race = (action: ActionName, calls: ReadonlyArray<number>, at: number): Promise<ReadonlyArray<string>> => {
  if (store === null) throw new Error("open a store first")
  const opened = store
  waitFor(at)
  return Effect.runPromise(
    Effect.forEach(calls, (n) =>
      Effect.match(actions[action](opened, n), { onSuccess: nameOf, onFailure: (error) => error._tag })
    )
  )
}

const takeLock = (path: string): string => {
  lock = new DatabaseSync(path)
  try {
    lock.exec("BEGIN IMMEDIATE")
    return "locked"
  } catch {
    return "refused"
  }
}

const answer = (command: Command): unknown => {
  switch (command.do) {
    case "open":
      return open(command.path, command.at)
    case "race":
      return race(command.action, command.calls, command.at)
    case "lock":
      return takeLock(command.path)
    case "unlock":
      lock?.close()
      return "unlocked"
  }
}

// The channel carries nothing but the test's commands.
process.on("message", async (command) => process.send?.(await answer(command as Command)))
