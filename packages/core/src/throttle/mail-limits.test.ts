import { describe, expect, it, test } from "vitest"
import { mailScene, outcomeOf } from "../../test/mail-scene.ts"
import { ada, eventsOf, from } from "../../test/people.ts"
import { outage } from "../../test/store-around.ts"

const withAda = async () => {
  const made = await mailScene()
  const user = await made.auth.users.register(ada)
  const mailsOf = (kind: string) => made.box.mails.filter((mail) => mail.kind === kind)
  await made.clock.advance("1 second")
  return { ...made, user, mailsOf }
}

const times = async (count: number, work: () => Promise<unknown>): Promise<ReadonlyArray<string>> => {
  const outcomes: Array<string> = []
  for (let each = 0; each < count; each++) outcomes.push(await outcomeOf(work()))
  return outcomes
}

const shut = [...Array(5).fill("done"), "TooManyAttempts"]

describe("mails of one kind that strangers ask for", () => {
  test("RAT-19 keep nobody from those of another kind", async () => {
    const { auth, box, clock } = await withAda()
    expect(await times(6, () => auth.recovery.requestVerification(ada.email))).toEqual(shut)
    expect(await times(6, () => auth.recovery.forgot(ada.email))).toEqual(shut)
    await clock.advance("1 second")
    expect(box.newest("reset").to).toBe(ada.email)
  })

  test("RAT-19 keep nobody from them by wishing for an address, either", async () => {
    const { auth, user } = await withAda()
    const wish = () => auth.users.changeSelf({ user }, { email: "victim@example.org" })
    expect(await times(6, wish)).toEqual(shut)
    expect(await outcomeOf(auth.recovery.forgot("victim@example.org"))).toBe("done")
    expect(await outcomeOf(auth.recovery.requestVerification("victim@example.org"))).toBe("done")
  })

  test("RAT-19 leave the owner with a link that works, however long they go on", async () => {
    const { auth, box, clock } = await withAda()
    for (let quarter = 0; quarter < 20; quarter++) {
      await times(6, () => auth.recovery.forgot(ada.email))
      await times(6, () => auth.recovery.forgot(ada.username))
      await clock.advance("14 minutes")
      expect(await outcomeOf(auth.recovery.open(box.newest("reset").token ?? "", "reset"))).toBe("done")
      await clock.advance("1 minute")
    }
  })
})

describe("one mailbox", () => {
  test("RAT-19 gets ten mails of one kind within an hour, and then one in a quarter, from bots that register and leave", async () => {
    const { auth, box, clock } = await mailScene()
    const registerAndLeave = async (ip: string) => {
      const user = await auth.users.register({ ...ada, email: "victim@example.org" }, { client: from(ip) })
      await clock.advance("1 second")
      await auth.users.remove(user.id)
    }
    for (let count = 0; count < 30; count++) await registerAndLeave(`192.0.2.${count}`)
    expect(box.mails).toHaveLength(10)
    for (let quarter = 0; quarter < 4; quarter++) {
      await clock.advance("15 minutes")
      for (let count = 0; count < 5; count++) await registerAndLeave("198.51.100.1")
    }
    expect(box.mails).toHaveLength(14)
    expect(await eventsOf(auth, { type: "throttle.blocked" })).toContainEqual(
      expect.objectContaining({ details: expect.objectContaining({ action: "mail" }), subject: expect.any(String) })
    )
  })

  test("RAT-19 gets as many whether they are asked for by its address or by a username", async () => {
    const { auth, clock, mailsOf } = await withAda()
    await times(6, () => auth.recovery.forgot(ada.email))
    await times(6, () => auth.recovery.forgot(ada.username))
    await clock.advance("1 second")
    expect(mailsOf("reset")).toHaveLength(10)
    await clock.advance("15 minutes")
    await times(2, () => auth.recovery.forgot(ada.email))
    await times(2, () => auth.recovery.forgot(ada.username))
    await clock.advance("1 second")
    expect(mailsOf("reset")).toHaveLength(11)
  })

  test("RAT-19 gets ten invitations within an hour at most", async () => {
    const { auth, clock, mailsOf } = await withAda()
    const bob = await auth.users.create({ email: "bob@example.org" })
    for (let count = 0; count < 20; count++) {
      await auth.recovery.invite(bob.id)
      await clock.advance("1 second")
    }
    expect(mailsOf("invite")).toHaveLength(10)
  })

  test("RAT-19 has each mail counted once, however often it is prepared while the store is away", async () => {
    let isDown = false
    const { auth, box, clock } = await mailScene({
      around: (operation, call) => outage((name) => isDown && name === "codes.insert")(operation, call)
    })
    await auth.users.create({ ...ada, isVerified: true })
    for (let count = 0; count < 4; count++) {
      isDown = true
      await auth.recovery.forgot(ada.email)
      await clock.advance("3 seconds")
      isDown = false
      await clock.advance("5 seconds")
    }
    expect(box.mails.map(({ kind }) => kind)).toEqual(["reset", "reset", "reset", "reset"])
  })

  test("RAT-19 gets every mail that was answered, when they are asked for as soon as they may be", async () => {
    const { auth, clock, mailsOf } = await withAda()
    let answered = 0
    for (let minute = 0; minute < 300; minute++) {
      const outcomes = await times(2, () => auth.recovery.forgot(ada.email))
      answered += outcomes.filter((outcome) => outcome === "done").length
      await clock.advance("1 minute")
    }
    expect(mailsOf("reset")).toHaveLength(answered)
  })
})

describe("the way back", () => {
  it.each(["reset", "verify"] as const)(
    "REC-08 RAT-19 is open while strangers ask for mails of the kind %s",
    async (kind) => {
      const { auth, user, clock, mailsOf, tokenOf } = await withAda()
      const proved = await auth.recovery.verify(await tokenOf("verify"))
      const session = { user: proved }
      await auth.users.changeSelf(session, { email: "thief@example.org" })
      const token = await tokenOf("change-email")
      const ask = kind === "reset" ? auth.recovery.forgot : auth.recovery.requestVerification
      for (let quarter = 0; quarter < 4; quarter++) {
        await times(6, () => ask(ada.email))
        await times(6, () => ask(ada.username))
        await clock.advance("1 second")
      }
      await auth.recovery.changeEmail(token)
      const before = mailsOf("reset").length
      await auth.recovery.undoEmailChange(await tokenOf("email-changed"))
      await tokenOf("reset")
      expect(mailsOf("reset")).toHaveLength(before + 1)
      expect((await auth.users.find(user.id))?.email).toBe(ada.email)
    }
  )
})
