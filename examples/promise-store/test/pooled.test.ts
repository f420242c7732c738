import { expect, test } from "vitest"
import { pooled } from "../src/postgres.ts"

/** A pool that writes down what it is asked, and fails at the statements named. */
const scene = (...failing: ReadonlyArray<string>) => {
  const log: Array<string> = []
  const query = async (text: string) => {
    log.push(text)
    if (failing.includes(text)) throw new Error(`${text} failed`)
    return { rows: [] }
  }
  const release = (isBroken = false) => void log.push(isBroken ? "throw away" : "give back")
  const db = pooled({ query, connect: async () => ({ query, release }), end: async () => void log.push("end") })
  return { db, log }
}

test("STO-03 a transaction is committed when its work is done, and the connection given back", async () => {
  const { db, log } = scene()
  const work = async () => {
    log.push("work")
    return 7
  }
  expect(await db.transaction(work)).toBe(7)
  expect(log).toEqual(["BEGIN", "work", "COMMIT", "give back"])
})

test.each([["work"], ["BEGIN"], ["COMMIT"]])(
  "STO-03 a transaction whose %s fails is rolled back",
  async (statement) => {
    const { db, log } = scene(statement)
    await expect(db.transaction((queries) => queries.query("work"))).rejects.toThrow(`${statement} failed`)
    expect(log.slice(-2)).toEqual(["ROLLBACK", "give back"])
  }
)

test("a connection that cannot roll back is thrown away, and the first failure is the one told", async () => {
  const { db, log } = scene("work", "ROLLBACK")
  await expect(db.transaction((queries) => queries.query("work"))).rejects.toThrow("work failed")
  expect(log.at(-1)).toBe("throw away")
})

test("closing ends the pool", async () => {
  const { db, log } = scene()
  await db.close()
  expect(log).toEqual(["end"])
})
