import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, onTestFinished, test } from "vitest"
import type { Connection } from "../src/connection.ts"
import { openFile } from "../src/open-file.ts"
import { rowOf } from "../src/row.ts"
import { makeStore } from "../src/sqlite-store.ts"
import { admin, person, plenty, session, userId } from "./samples.ts"
import { build, newPath, openStore, outcome } from "./stores.ts"

/** What building a store on this path fails with. */
const refusal = async (path: string): Promise<unknown> => {
  const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(sqliteStore(path)))))
  return error.cause
}

/** Runs with a connection as `sqliteStore` opens it. */
const connected = (path: string, durability: "full" | "normal", use: (connection: Connection) => void): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.map(openFile(path, durability), use)))

const pragma = (connection: Connection, name: string): unknown => rowOf(connection.prepare(`PRAGMA ${name}`).get())?.[0]

/** Windows has no such modes. */
const isWindows = process.platform === "win32"

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test("SQL-02 the connection is set as the requirement says", async () => {
  await connected(newPath(), "full", (connection) => {
    expect(pragma(connection, "journal_mode")).toBe("wal")
    expect(pragma(connection, "synchronous")).toBe(2)
    expect(pragma(connection, "foreign_keys")).toBe(1)
    expect(pragma(connection, "busy_timeout")).toBe(0)
    expect(pragma(connection, "trusted_schema")).toBe(0)
  })
})

test("SQL-08 a commit moves no more than 250 pages of the log into the file", async () => {
  await connected(newPath(), "full", (connection) => expect(pragma(connection, "wal_autocheckpoint")).toBe(250))
})

test.skipIf(isWindows)("SQL-02 the file and its companions are for their owner alone", async () => {
  const path = newPath()
  const store = await openStore(path)
  Effect.runSync(store.users.insert(person(1)))
  expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(["600", "600", "600"])
})

test.skipIf(isWindows)("SQL-02 a file that others can read is taken from them", async () => {
  const path = newPath()
  const earlier = new DatabaseSync(path)
  onTestFinished(() => earlier.close())
  earlier.exec("PRAGMA journal_mode = WAL; CREATE TABLE jobs (id INTEGER PRIMARY KEY)")
  for (const file of [path, `${path}-wal`, `${path}-shm`]) chmodSync(file, 0o644)
  await openStore(path)
  expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toEqual(["600", "600", "600"])
})

test.skipIf(isWindows)("SQL-02 a directory that is named by mistake is refused, and keeps its rights", async () => {
  const directory = dirname(newPath())
  chmodSync(directory, 0o755)
  expect(await refusal(directory)).toBeInstanceOf(Error)
  expect(modeOf(directory)).toBe("755")
})

test("closing the layer closes the file", async () => {
  const path = newPath()
  await Effect.runPromise(Effect.scoped(Layer.build(sqliteStore(path))))
  expect(existsSync(`${path}-wal`)).toBe(false)
})

test("a store that was closed fails as StoreError", async () => {
  const path = newPath()
  const store = await Effect.runPromise(Effect.scoped(Effect.flatMap(openFile(path, "full"), makeStore)))
  expect(outcome(store.lookupSession(userId(1), session(1, userId(1)).hash))).toBe("StoreError")
  expect(outcome(store.users.insert(person(1)))).toBe("StoreError")
})

test("what was written is there when the file is opened again", async () => {
  const path = newPath()
  const one = session(1, userId(1))
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const store = yield* Effect.flatMap(openFile(path, "full"), makeStore)
        yield* store.users.insert(admin(1))
        yield* store.sessions.insert(one, plenty)
      })
    )
  )
  const store = await openStore(path)
  expect(outcome(store.lookupSession(userId(1), one.hash))).toEqual({ user: admin(1).user, session: one.session })
})

test("each store in memory is one of its own", async () => {
  const [one, other] = [await build(sqliteStore(":memory:")), await build(sqliteStore(":memory:"))]
  Effect.runSync(one.users.insert(person(1)))
  expect(outcome(other.users.find(userId(1)))).toBe(null)
})

test("a path without its directory and a file that is no database are StoreError", async () => {
  const path = newPath()
  expect(await refusal(join(dirname(path), "missing", "app.db"))).toMatchObject({ code: "ENOENT" })
  writeFileSync(path, "this is not a database, whatever its name says".repeat(20))
  expect(await refusal(path)).toMatchObject({ message: expect.stringContaining("not a database") })
})

test("a file that cannot be opened is told with its mend, without its path", async () => {
  const told = async (path: string) => {
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(openFile(path, "full"))))
    expect(JSON.stringify(error.logFields)).not.toContain(dirname(path))
    return error.message
  }
  const path = newPath()
  expect(await told(join(dirname(path), "missing", "app.db"))).toBe(
    "the store failed at open: the folder of the database does not exist: create it first"
  )
  expect(await told(dirname(path))).toContain("give the path of a file, and this program the right to write to it")
  writeFileSync(path, "this is not a database, whatever its name says".repeat(20))
  expect(await told(path)).toContain("the file is not a database: give the store a file of its own")
})

test("a URI and an empty path are refused at once", () => {
  expect(() => sqliteStore("file:app.db?mode=ro")).toThrow(/open a handle yourself/)
  expect(() => sqliteStore("")).toThrow(/path of a file/)
})

test.each([
  ["sqlite://app.db", "app.db"],
  ["sqlite:app.db", "app.db"],
  ["//app.db", "app.db"],
  ["///./data/x.db", "data/x.db"],
  ["////var/lib/x.db", "var/lib/x.db"],
  ["~/app.db", "app.db"],
  [" app.db", "app.db"],
  ["app.db\n", "app.db"],
  ["data/", "data"],
  [".", "app.db"],
  [":memory", "memory"],
  ["redis://localhost", "localhost"]
])("%j is no plain path: it is refused at once, with the right form", (target, meant) => {
  expect(() => sqliteStore(target)).toThrow(
    `write "${meant}" for a file below the folder in which the program starts, or "/${meant}" for one from the root`
  )
})

test.each([":MEMORY:", ":Memory:", " :memory:"])("%j is told as the database in memory that was meant", (target) => {
  expect(() => sqliteStore(target)).toThrow('write ":memory:" for a database that ends with the program')
})

test.each<[unknown, string]>([
  [{ durabilty: "normal" }, "the second argument of sqliteStore cannot have durabilty: did you mean durability?"],
  ["full", "the second argument of sqliteStore must be an object of options, not string"],
  [null, "the second argument of sqliteStore must be an object of options, not null"],
  [{ durability: "FULL" }, 'the option durability of sqliteStore must be "full" or "normal"'],
  [{ durability: true }, 'the option durability of sqliteStore must be "full" or "normal"'],
  [{ durability: null }, 'the option durability of sqliteStore must be "full" or "normal"']
])("SQL-02 options that would make writes less durable than was meant are refused at once: %j", (options, told) => {
  expect(() => sqliteStore("app.db", options as never)).toThrow(new Error(told))
})

test("a name with a colon and a network share are refused with a mend of their own", () => {
  expect(() => sqliteStore("notes:2024.db")).toThrow('write "./notes:2024.db" for a file of this name')
  expect(() => sqliteStore("\\\\server\\share\\app.db")).toThrow("the store needs a file on this machine")
})

test.each([
  "app.db",
  "./app.db",
  "../app.db",
  "/var/lib/app.db",
  "data/my app.db",
  "C:\\data\\app.db",
  "./notes:2024.db",
  "~backup.db",
  "/srv/q?v=1/app.db",
  "a:b",
  ":memory:"
])("%j is a plain path", (target) => {
  expect(() => sqliteStore(target)).not.toThrow()
})

test.each(["app.db?mode=ro", "file://app.db"])("the URI %s is refused at once", (target) => {
  expect(() => sqliteStore(target)).toThrow(/open a handle yourself/)
})

test("a target that is none is told in our words, and a url's password is never repeated", () => {
  const wrong = (target: unknown) => () => sqliteStore(target as string)
  expect(wrong(undefined)).toThrow('needs the path of a file, such as "app.db", or an open handle, not undefined')
  expect(wrong(null)).toThrow("not null")
  expect(wrong(Promise.resolve({}))).toThrow("await it first")
  expect(wrong("postgres://app:s3cretpw@db.example/x")).toThrow("not a url of postgres")
  expect(wrong("postgres://app:s3cretpw@db.example/x")).not.toThrow("s3cretpw")
})
