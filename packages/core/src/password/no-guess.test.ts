import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { attempt, here, tally, there, times } from "../../test/guesses.ts"
import { ada, from, newPassword } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { HasherError, PasswordHasher } from "./password-hasher.ts"

describe("what was no guess", () => {
  /** One hash at a time, and one that waits: the third is refused. */
  const crowded = async () => {
    const gate = Promise.withResolvers<void>()
    let isHeld = false
    const { layer, work } = countingHasher(
      Effect.suspend(() => (isHeld ? Effect.promise(() => gate.promise) : Effect.void))
    )
    const tables = emptyTables()
    const { auth } = await createTestAuth({
      store: storeOver(tables),
      hasher: layer,
      passwords: { concurrency: 1, waiting: 1 },
      throttle: { perAccountAndNetwork: 3, perAccount: 3, perNetwork: 3, registrations: 3 }
    })
    const user = await auth.users.register(ada, { client: there })
    isHeld = true
    work.hashes = 0
    return { auth, tables, user, open: gate.resolve }
  }

  const countsOf = ({ buckets }: ReturnType<typeof emptyTables>) => [...buckets.values()].map(({ count }) => count)

  test("RAT-17 is taken back: a log-in, a change and a registration that the full queue refused", async () => {
    const { auth, tables, user, open } = await crowded()
    const before = countsOf(tables)
    const guess = (at: number) => attempt(auth, { username: `nobody-${at}`, client: from(`203.0.113.${at}`) })
    const waiting = [guess(1), guess(2)]
    const { session } = await auth.sessions.open(user)
    const refused = await Promise.all([
      ...(await times(5, () => attempt(auth))),
      auth.sessions.confirm(session, ada.password, here).catch((error: { _tag: string }) => error._tag),
      ...(await times(5, (at) =>
        auth.users
          .register({ username: `user-${at}`, password: newPassword }, { client: here })
          .catch((error: { _tag: string }) => error._tag)
      ))
    ])
    expect(tally(refused.map(String))).toEqual({ Busy: 11 })
    open()
    expect(await Promise.all(waiting)).toEqual(["InvalidCredentials", "InvalidCredentials"])
    expect(countsOf(tables)).toEqual([...before, ...Array(6).fill(1)])
  })

  test("RAT-17 is taken back when the hasher or the store fails, and a wrong password is not", async () => {
    const tables = emptyTables()
    const { layer } = countingHasher()
    let isBroken = false
    const broken = Layer.effect(
      PasswordHasher,
      Effect.map(PasswordHasher, (sound) => ({
        ...sound,
        verify: (...args: Parameters<typeof sound.verify>) =>
          isBroken ? Effect.fail(new HasherError({ cause: "no memory" })) : sound.verify(...args)
      }))
    ).pipe(Layer.provide(layer))
    const { auth } = await createTestAuth({ store: storeOver(tables), hasher: broken })
    await auth.users.register(ada, { client: there })
    const before = countsOf(tables)
    isBroken = true
    expect(tally(await times(30, () => attempt(auth)))).toEqual({ HasherError: 30 })
    expect(countsOf(tables)).toEqual(before)
    isBroken = false
    expect(await attempt(auth)).toBe("InvalidCredentials")
    expect(countsOf(tables)).toEqual([...before, 1, 1, 1])
  })
})
