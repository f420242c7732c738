import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it, test } from "vitest"
import { mailScene } from "../../test/mail-scene.ts"
import { ada, eventsOf } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"
import type { User } from "../user/user.ts"
import { Links } from "./links.ts"
import type { Mail, MailCause } from "./mail.ts"
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
  const post = (cause: MailCause = "anybody") =>
    scene.auth.run(Outbox.use((outbox) => outbox.post(cause, Effect.succeed(mailTo(user)))))
  const failures = async () =>
    (await eventsOf(scene.auth, { type: "mail.failed" })).map(
      (event) => "reason" in event.details && event.details.reason
    )
  const setDown = (down: boolean) => {
    isDown = down
  }
  return { ...scene, user, tries, post, failures, setDown, seconds: () => tries.map(({ second }) => second) }
}

/** A user with a verified address, and a store that can go away. */
const noticeScene = async () => {
  let isDown = false
  const scene = await mailScene({ around: (operation, call) => outage(() => isDown)(operation, call) })
  const { id } = await scene.auth.users.register(ada)
  const user = await scene.auth.users.change(id, { isVerified: true })
  const setDown = (down: boolean) => {
    isDown = down
  }
  return { ...scene, user, setDown }
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

  test("is handed over with two others at most, and a mailer that hangs holds them for a minute", async () => {
    const { clock, post, tries } = await outboxScene(never)
    for (let count = 0; count < 10; count++) await post()
    await clock.advance("1 second")
    expect(tries).toHaveLength(3)
    await clock.advance("59 seconds")
    expect(tries).toHaveLength(3)
    await clock.advance("1 second")
    expect(tries).toHaveLength(6)
  })

  it.each<readonly [MailCause, number]>([
    ["anybody", 500],
    ["account", 300],
    ["notice", 200]
  ])("MAI-11 that %s causes is lost when %i of them wait, and the log says so", async (cause, room) => {
    const { clock, post, tries, lines } = await outboxScene(() => Promise.resolve())
    for (let count = 0; count <= room; count++) await post(cause)
    expect(lines.map(({ fields }) => fields)).toEqual([{ operation: "before it was prepared", reason: "no-room" }])
    await clock.advance("1 second")
    expect(tries).toHaveLength(room)
    await post(cause)
    await clock.advance("1 second")
    expect(tries).toHaveLength(room + 1)
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
    const errors = lines.filter(({ level }) => level === "Error")
    expect(errors.map(({ fields }) => fields)).toEqual([{ operation: "before it was prepared", reason: "store" }])
  })
})

describe("a mail where nothing serves the pages", () => {
  test("has no link, and the log says once what to do", async () => {
    const { clock, post, tries, lines } = await outboxScene(() => Promise.resolve())
    for (let count = 0; count < 3; count++) await post()
    await clock.advance("1 second")
    expect(tries.map(({ mail: { link, token } }) => [link, token])).toEqual(Array(3).fill([null, secret]))
    expect(lines).toEqual([
      {
        level: "Warn",
        text: expect.stringMatching(/^a mail has no link, because .* honoAuth/),
        fields: { kind: "reset" }
      }
    ])
  })

  test("has no link, and no warning, when whoever serves the others leaves its page out", async () => {
    const { auth, clock, post, tries, lines } = await outboxScene(() => Promise.resolve())
    await auth.run(Links.use((links) => Effect.sync(() => links.serve(() => null))))
    await post()
    await clock.advance("1 second")
    expect(tries.map(({ mail: { link } }) => link)).toEqual([null])
    expect(lines).toEqual([])
  })
})

describe("a notice", () => {
  test("MAI-11 has room, however many mails strangers and users have asked for", async () => {
    const { clock, post, tries } = await outboxScene(() => Promise.resolve())
    for (let count = 0; count < 600; count++) await post("anybody")
    for (let count = 0; count < 400; count++) await post("account")
    await post("notice")
    await clock.advance("1 second")
    expect(tries).toHaveLength(500 + 300 + 1)
  })

  test("MAI-11 does not wait for its turn behind the others, while the mailer hangs", async () => {
    const { clock, post, tries } = await outboxScene(never)
    for (let count = 0; count < 10; count++) await post("anybody")
    await clock.advance("1 second")
    await post("notice")
    await clock.advance("1 second")
    expect(tries).toHaveLength(4)
  })

  test("MAI-11 is tried again for three hours, and then given up", async () => {
    const { clock, post, seconds, failures } = await outboxScene(() => Promise.reject(new Error("away")))
    await post("notice")
    await clock.advance("4 hours")
    const [first = 0] = seconds()
    expect(seconds().map((second) => second - first)).toEqual([0, 2, 10, 42, 170, 682, 2_730, 10_922])
    expect(await failures()).toEqual(["unreachable"])
  })

  test("MAI-11 goes out when the store and the mail server were away for an hour", async () => {
    const { auth, clock, user, box, tokenOf, setDown } = await noticeScene()
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    await auth.recovery.changeEmail(await tokenOf("change-email"))
    setDown(true)
    await clock.advance("1 hour")
    setDown(false)
    await clock.advance("3 hours")
    expect(box.newest("email-changed")).toMatchObject({ to: ada.email, token: expect.stringMatching(/^lk_otc_/) })
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
