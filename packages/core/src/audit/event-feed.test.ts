import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { describe, expect, expectTypeOf, test } from "vitest"
import { ada } from "../../test/people.ts"
import type { Auth } from "../auth/create-auth.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { Audit } from "./audit.ts"
import type { AuditEvent } from "./audit-event.ts"
import type { EventReader } from "./event-reader.ts"

const start = () => createTestAuth({ admin: null })

const createMany = async (auth: Auth, count: number, name = "user") => {
  for (let n = 0; n < count; n++) await auth.users.create({ username: `${name}-${n}` })
}

/** Reads until the end. */
const typesIn = async (events: EventReader) => {
  const types: Array<string> = []
  for await (const { type } of events) types.push(type)
  return types
}

describe("auth.events()", () => {
  test("EVT-06 gives what happens from then on, in order, and ends when Latchkey closes", async () => {
    const { auth } = await start()
    await auth.users.create({ username: "before" })
    const events = auth.events()
    const user = await auth.users.create(ada)
    const reading = typesIn(events)
    await auth.users.change(user.id, { username: "countess" })
    await auth.users.remove(user.id)
    await auth.close()
    expect(await reading).toEqual(["user.created", "user.changed", "user.removed"])
    expect(events.lost).toBe(0)
  })

  test("EVT-06 gives what the trail writes at the end", async () => {
    const { auth } = await start()
    const events = auth.events()
    await auth.users.register(ada).catch(() => {}) // refused before setup, and counted
    await auth.close()
    expect(await typesIn(events)).toEqual(["user.register-refused"])
  })

  test("EVT-06 keeps the newest thousand for a reader that is behind, and tells how many were lost", async () => {
    const { auth } = await start()
    const [slow, quick] = [auth.events(), auth.events()]
    const reading = typesIn(quick)
    await createMany(auth, 5)
    const sixth = await auth.users.create(ada)
    await createMany(auth, 999, "later")
    expect((await slow.next()).value?.subject).toBe(sixth.id)
    expect(slow.lost).toBe(5)
    await auth.close()
    expect((await typesIn(slow)).length).toBe(999)
    expect([(await reading).length, quick.lost]).toEqual([1_005, 0])
  })

  test("EVT-06 ends for whoever leaves the loop, and keeps nothing for them", async () => {
    const { auth } = await start()
    const events = auth.events()
    await createMany(auth, 2)
    for await (const event of events) {
      expect(event.type).toBe("user.created")
      break
    }
    await auth.users.create(ada)
    expect(await events.next()).toEqual({ done: true, value: undefined })
    await auth.close()
  })

  test("EVT-06 answers several questions at once, each with an event of its own", async () => {
    const { auth } = await start()
    const events = auth.events()
    const answers = [events.next(), events.next(), events.next()]
    await createMany(auth, 2)
    await auth.close()
    expect((await Promise.all(answers)).map(({ done }) => done)).toEqual([false, false, true])
  })

  test("EVT-06 ends at once after the end", async () => {
    const { auth } = await start()
    await auth.close()
    expect(await typesIn(auth.events())).toEqual([])
  })
})

describe("Audit.events", () => {
  const streamOf = (events: AsyncIterable<AuditEvent>) =>
    Stream.orDie(Stream.fromAsyncIterable(events, (cause) => cause))

  test("EVT-06 is the same for a stream, and ends when the services do", async () => {
    const { auth } = await start()
    const reading = auth.run(
      Effect.flatMap(Audit, ({ events }) => Stream.runCollect(Stream.map(streamOf(events), ({ type }) => type)))
    )
    await auth.run(Effect.yieldNow)
    await auth.users.create(ada)
    await auth.close()
    expect(await reading).toEqual(["user.created"])
  })

  test("EVT-06 stops listening when the stream is interrupted", async () => {
    const { auth } = await start()
    const types = await auth.run(
      Effect.gen(function* () {
        const { events } = yield* Audit
        const seen: Array<string> = []
        const fiber = yield* Effect.forkChild(
          Stream.runForEach(streamOf(events), ({ type }) => Effect.sync(() => void seen.push(type)))
        )
        yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        return seen
      })
    )
    await auth.users.create(ada)
    expect(types).toEqual([])
    await auth.close()
  })

  test("EVT-06 begins anew for each loop", async () => {
    const { auth } = await start()
    const { events } = Context.get(auth.context, Audit)
    const [first, second] = [events[Symbol.asyncIterator](), events[Symbol.asyncIterator]()]
    await auth.users.create(ada)
    await auth.close()
    expect([await first.next(), await second.next()]).toMatchObject([{ done: false }, { done: false }])
    expect([await first.next(), await second.next()]).toMatchObject([{ done: true }, { done: true }])
  })

  test("is for Effect alone: the promises have auth.events()", async () => {
    const { auth } = await start()
    expect(Object.keys(auth.audit).toSorted()).toEqual(["anchor", "append", "list", "record", "verifyChain"])
    expectTypeOf<keyof Auth["audit"]>().toEqualTypeOf<"anchor" | "append" | "list" | "record" | "verifyChain">()
    expectTypeOf<Audit["Service"]["events"]>().toEqualTypeOf<AsyncIterable<AuditEvent, undefined>>()
    await auth.close()
  })
})
