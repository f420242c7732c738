import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it, test } from "vitest"
import { mailScene } from "../../test/mail-scene.ts"
import { ada, eventsOf } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import { Links } from "./links.ts"
import type { Mail } from "./mail.ts"
import { type MailToSend, Outbox } from "./outbox.ts"

const secret = "lk_otc_canary_secret"

const mailTo = (user: User): MailToSend => ({
  kind: "reset",
  to: "ada@example.org",
  token: Redacted.make(secret),
  expiresAt: 0,
  user,
  lang: null
})

/** A server whose mailer does `send`, and what it was asked to send, by the second. */
const outboxScene = async (send: (mail: Mail, tries: number) => Promise<void>) => {
  const tries: Array<{ readonly mail: Mail; readonly second: number }> = []
  let isDown = false
  const scene = await mailScene({
    recovery: { verifyNew: false },
    around: (operation, call) => outage((name) => isDown && name.startsWith("users."))(operation, call),
    mailer: {
      send: (mail) => {
        tries.push({ mail, second: Math.floor((scene.clock.now() - start) / 1000) })
        return send(mail, tries.length)
      }
    }
  })
  const start = scene.clock.now()
  const user = await scene.auth.users.register(ada)
  const post = (prepare: Effect.Effect<MailToSend | null, StoreError> = Effect.succeed(mailTo(user))) =>
    scene.auth.run(Outbox.use((outbox) => outbox.post(prepare)))
  const failures = async () =>
    (await eventsOf(scene.auth, { type: "mail.failed" })).map(
      (event) => "reason" in event.details && event.details.reason
    )
  const setDown = (down: boolean) => {
    isDown = down
  }
  return { ...scene, user, tries, post, failures, setDown, seconds: () => tries.map(({ second }) => second) }
}

const never = () => new Promise<void>(() => {})
const refused = Object.assign(new Error("550"), { isPermanent: true })

describe("MAI-01 a mail", () => {
  test("that the server does not take is tried again after 2, 8, 32 and 128 seconds, and then given up", async () => {
    const { clock, post, seconds, failures } = await outboxScene(() => Promise.reject(new Error("away")))
    await post()
    await clock.advance("5 minutes")
    const [first = 0] = seconds()
    expect(seconds().map((second) => second - first)).toEqual([0, 2, 10, 42, 170])
    expect(await failures()).toEqual(["unreachable"])
  })

  test("goes out once, as soon as the server takes it", async () => {
    const { clock, post, tries, failures } = await outboxScene((_, count) =>
      count < 3 ? Promise.reject(new Error("away")) : Promise.resolve()
    )
    await post()
    await clock.advance("5 minutes")
    expect(tries).toHaveLength(3)
    expect(await failures()).toEqual([])
  })

  test("that is refused for good is not tried again", async () => {
    const { clock, post, tries, failures } = await outboxScene(() => Promise.reject(refused))
    await post()
    await clock.advance("5 minutes")
    expect(tries).toHaveLength(1)
    expect(await failures()).toEqual(["refused"])
  })

  it.each<readonly [string, () => Promise<void>]>([
    [
      "throws",
      () => {
        throw new Error(secret)
      }
    ],
    ["rejects with nothing", () => Promise.reject(undefined)],
    ["rejects with a text", () => Promise.reject(`${secret} ada@example.org`)],
    [
      "rejects with an error that is permanent in no way that counts",
      () => Promise.reject(Object.assign(new Error(secret), { isPermanent: "yes" }))
    ],
    ["never answers", never]
  ])("is given up without a word of it in any log or event, when the mailer %s", async (_, send) => {
    const { auth, clock, post, lines, failures } = await outboxScene(send)
    const link = `https://app.example.org/reset#${secret}`
    await auth.run(Links.use((links) => Effect.sync(() => links.serve(() => link))))
    await post()
    await clock.advance("10 minutes")
    expect(await failures()).toEqual(["unreachable"])
    expect(lines).toEqual([
      { level: "Error", text: "a mail was not sent", fields: { operation: "reset", reason: "unreachable" } }
    ])
    expect(JSON.stringify([lines, await eventsOf(auth)])).not.toMatch(/canary|example\.org/)
  })

  test("is handed over with three others at most, and a mailer that hangs holds them for a minute", async () => {
    const { clock, post, tries } = await outboxScene(never)
    for (let count = 0; count < 10; count++) await post()
    await clock.advance("1 second")
    expect(tries).toHaveLength(4)
    await clock.advance("59 seconds")
    expect(tries).toHaveLength(4)
    await clock.advance("1 second")
    expect(tries).toHaveLength(8)
  })

  test("beyond a thousand that wait is lost, and the log says so", async () => {
    const { clock, post, tries, lines } = await outboxScene(() => Promise.resolve())
    for (let count = 0; count < 1_001; count++) await post()
    expect(lines.map(({ fields }) => fields)).toEqual([{ operation: "before it was prepared", reason: "no-room" }])
    await clock.advance("1 second")
    expect(tries).toHaveLength(1_000)
    await post()
    await clock.advance("1 second")
    expect(tries).toHaveLength(1_001)
  })

  test("is prepared again when the store is back, and is given up after seven seconds", async () => {
    const { auth, clock, setDown, tries, lines } = await outboxScene(() => Promise.resolve())
    setDown(true)
    await auth.recovery.forgot(ada.email)
    await clock.advance("3 seconds")
    setDown(false)
    await clock.advance("5 seconds")
    expect(tries).toHaveLength(1)
    setDown(true)
    await auth.recovery.forgot(ada.email)
    await clock.advance("9 seconds")
    setDown(false)
    await clock.advance("1 minute")
    expect(tries).toHaveLength(1)
    expect(lines.map(({ fields }) => fields)).toEqual([{ operation: "before it was prepared", reason: "store" }])
  })
})

describe("MAI-01 the end", () => {
  test("waits for the mails that are on their way", async () => {
    const { auth, clock, post, tries } = await outboxScene(() => Promise.resolve())
    await post()
    const closing = auth.close()
    await clock.advance("1 second")
    await closing
    expect(tries).toHaveLength(1)
  })

  test("comes after ten seconds all the same, and says how many mails are lost", async () => {
    const { auth, clock, post, lines } = await outboxScene(never)
    await post()
    await post()
    const closing = auth.close()
    await clock.advance("10 seconds")
    await closing
    expect(lines).toContainEqual({
      level: "Error",
      text: "work in the background was given up at the end",
      fields: { count: 2 }
    })
    expect(lines).toContainEqual({
      level: "Error",
      text: "a mail was not sent",
      fields: { operation: "reset", reason: "unreachable" }
    })
  })
})
