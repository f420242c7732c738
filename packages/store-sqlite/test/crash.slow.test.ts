import { type ChildProcessByStdio, spawn } from "node:child_process"
import { once } from "node:events"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Readable, Writable } from "node:stream"
import { fileURLToPath } from "node:url"
import { isDeepStrictEqual } from "node:util"
import type { Code, StoreShape } from "@latchkey/core/store"
import { memoryStore } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { expect, onTestFinished, test } from "vitest"
import { operation, usersOf } from "./crash-operations.ts"
import { now, userId, wholeList } from "./samples.ts"
import { build, newPath, openStore } from "./stores.ts"

const CYCLES = 25
const worker = fileURLToPath(new URL("./crash-worker.ts", import.meta.url))

type Victim = ChildProcessByStdio<Writable, Readable, null>

const start = (path: string): Victim => {
  const victim = spawn(process.execPath, ["--conditions=latchkey-source", worker, path], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(path), "compiled") }
  })
  onTestFinished(() => void victim.kill("SIGKILL"))
  return victim
}

/** Lets the process work from operation `begin`, kills it once it has acknowledged some, and gives how many it had. */
const killAfter = async (victim: Victim, begin: number, enough: number): Promise<number> => {
  let acknowledged = 0
  victim.stdout.on("data", (dots: Buffer) => {
    acknowledged += dots.length
    if (acknowledged >= enough) victim.kill("SIGKILL")
  })
  victim.stdin.write(String(begin))
  const [, signal] = await once(victim, "close")
  expect(signal, "it worked until it was killed").toBe("SIGKILL")
  return acknowledged
}

/** A store lists the codes of a user in any order. */
const byPurpose = (codes: ReadonlyArray<Code>): ReadonlyArray<Code> =>
  codes.toSorted((one, other) => (one.purpose < other.purpose ? -1 : 1))

/** All that a store tells about the first `count` users, their sessions, tokens, CLI logins and codes, and the log. */
const told = (store: StoreShape, count: number): unknown =>
  Effect.runSync(
    Effect.gen(function* () {
      const ids = Array.from({ length: count }, (_, n) => userId(n))
      return {
        isSetUp: yield* store.users.isSetUp,
        page: yield* store.users.list({ query: null, filter: {}, after: null, limit: 100_000 }),
        users: yield* Effect.forEach(ids, store.users.findWithPassword),
        sessions: yield* Effect.forEach(ids, (id) => store.sessions.list(id, now, wholeList)),
        tokens: yield* Effect.forEach(ids, (id) => store.tokens.list(id, now, wholeList)),
        challenges: yield* Effect.forEach(ids, (id) => store.challenges.list(id, wholeList)),
        codes: yield* Effect.forEach(ids, (id) => Effect.map(store.codes.list(id), byPurpose)),
        audit: yield* store.audit.list({
          after: null,
          order: "oldest-first",
          limit: 100_000,
          type: null,
          user: null,
          request: null
        }),
        start: yield* store.audit.start,
        end: yield* store.audit.lastHash
      }
    })
  )

const checkFile = (path: string): void => {
  const handle = new DatabaseSync(path)
  expect(handle.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }])
  expect(handle.prepare("PRAGMA foreign_key_check").all()).toEqual([])
  handle.close()
}

test(`X01 killed ${CYCLES} times amid its writes, a process leaves all it acknowledged and no half of anything`, {
  timeout: 60_000
}, async () => {
  const path = newPath()
  const model = await build(memoryStore())
  let done = 0
  const advance = (count: number): void => {
    for (const end = done + count; done < end; done++) Effect.runSync(operation(model, done))
  }
  let next = start(path)
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const victim = next
    next = start(path)
    advance(await killAfter(victim, done, 1 + ((cycle * 37) % 90)))
    checkFile(path)
    const store = await openStore(path)
    const count = usersOf(done + 1)
    const found = told(store, count)
    // The operation after the last acknowledged one may be there, wholly, or not.
    if (!isDeepStrictEqual(found, told(model, count))) advance(1)
    expect(found, `cycle ${cycle}, operation ${done}`).toEqual(told(model, count))
  }
})
