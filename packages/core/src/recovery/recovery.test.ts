import { describe, expect, it, test } from "vitest"
import { type MailSceneOptions, mailScene, outcomeOf } from "../../test/mail-scene.ts"
import { ada, eventsOf, from, newPassword } from "../../test/people.ts"
import type { Auth } from "../auth/create-auth.ts"
import type { MailKind } from "../mail/mail.ts"

const withAda = async (options: MailSceneOptions = {}) => {
  const made = await mailScene(options)
  const user = await made.auth.users.register(ada)
  await made.clock.advance("1 second")
  return { ...made, user }
}

/** The same, with an address that was proved: only such a one gets a way back. */
const withVerifiedAda = async () => {
  const made = await withAda()
  return { ...made, user: await made.auth.recovery.verify(await made.tokenOf("verify")) }
}

describe("verification", () => {
  test("everybody who registers with an address is mailed a code that verifies it, once", async () => {
    const { auth, box, user, tokenOf } = await withAda()
    expect(box.mails).toMatchObject([{ kind: "verify", to: ada.email, user: { id: user.id } }])
    const token = await tokenOf("verify")
    expect(await auth.recovery.verify(token)).toMatchObject({ id: user.id, isVerified: true })
    expect(await outcomeOf(auth.recovery.verify(token))).toBe("AlreadyVerified")
    expect(await eventsOf(auth, { type: "email.verified" })).toHaveLength(1)
  })
})

describe("reset", () => {
  test("REC-04 a new password ends every credential, and the code is used up", async () => {
    const { auth, user, tokenOf } = await withAda()
    const before = await auth.sessions.logIn(ada)
    await auth.recovery.forgot(ada.username)
    const token = await tokenOf("reset")
    expect(await auth.recovery.reset(token, newPassword)).toMatchObject({ id: user.id, isVerified: true })
    expect(await auth.sessions.resume(before.secret)).toBeNull()
    expect(await outcomeOf(auth.sessions.logIn(ada))).toBe("InvalidCredentials")
    expect(await auth.sessions.logIn({ ...ada, password: newPassword })).toMatchObject({ user: { id: user.id } })
    expect(await outcomeOf(auth.recovery.reset(token, "another one of four words"))).toBe("CodeInvalid used")
  })
})

describe("reset by who must choose another password", () => {
  test("PWD-26 PWD-27 the same one is refused and the code stays; a code from before the demand opens nothing", async () => {
    const { auth, user, tokenOf } = await withAda()
    await auth.recovery.forgot(ada.username)
    const before = await tokenOf("reset")
    await auth.users.change(user.id, { mustChangePassword: true })
    expect(await outcomeOf(auth.recovery.reset(before, newPassword))).toBe("CodeInvalid changed")
    await auth.recovery.forgot(ada.username)
    const token = await tokenOf("reset")
    await expect(auth.recovery.reset(token, ada.password)).rejects.toMatchObject({ problem: "unchanged" })
    expect(await auth.recovery.reset(token, newPassword)).toMatchObject({ mustChangePassword: false })
  })
})

describe("change of address", () => {
  test("REC-07 applies once the new mailbox is proved, and the former one can undo it", async () => {
    const { auth, user, tokenOf } = await withVerifiedAda()
    const session = await auth.sessions.logIn(ada)
    expect(await auth.users.changeSelf({ user }, { email: "ada@example.com" })).toMatchObject({ email: ada.email })
    const token = await tokenOf("change-email")
    expect(await auth.recovery.pendingEmail(user.id)).toBe("ada@example.com")
    expect(await auth.recovery.changeEmail(token)).toMatchObject({ email: "ada@example.com", isVerified: true })
    expect(await auth.recovery.pendingEmail(user.id)).toBeNull()
    expect(await auth.sessions.resume(session.secret)).not.toBeNull()
    const undo = await tokenOf("email-changed")
    expect(await auth.recovery.undoEmailChange(undo)).toMatchObject({ email: ada.email, isVerified: true })
    expect(await auth.sessions.resume(session.secret)).toBeNull()
    expect(await tokenOf("reset")).toMatch(/^lk_otc_/)
  })
})

describe("invitation", () => {
  test("REC-09 somebody who is created without a password chooses one by the link", async () => {
    const { auth, tokenOf } = await mailScene({ registration: "invite" })
    const bob = await auth.users.create({ email: "bob@example.org" })
    const token = await tokenOf("invite")
    expect(await auth.recovery.accept(token, newPassword)).toMatchObject({ id: bob.id, isVerified: true })
    expect(await auth.sessions.logIn({ email: "bob@example.org", password: newPassword })).toMatchObject({
      user: { id: bob.id }
    })
  })
})

/** Uses a code for a purpose. */
const using: Readonly<Record<MailKind, (auth: Auth, token: string) => Promise<unknown>>> = {
  verify: (auth, token) => auth.recovery.verify(token),
  reset: (auth, token) => auth.recovery.reset(token, newPassword),
  "change-email": (auth, token) => auth.recovery.changeEmail(token),
  "email-changed": (auth, token) => auth.recovery.undoEmailChange(token),
  invite: (auth, token) => auth.recovery.accept(token, newPassword)
}
const kinds = Object.keys(using) as ReadonlyArray<MailKind>

/** One code of each kind; that for the invitation is another user's. */
const withCodes = async () => {
  const scene = await withVerifiedAda()
  const { auth, user, tokenOf } = scene
  await auth.users.changeSelf({ user }, { email: "ada@example.com" })
  const changed = await auth.recovery.changeEmail(await tokenOf("change-email"))
  await auth.users.change(user.id, { isVerified: false })
  await auth.recovery.requestVerification("ada@example.com")
  await auth.recovery.forgot("ada@example.com")
  await auth.users.changeSelf({ user: changed }, { email: "ada@example.net" })
  await auth.users.create({ email: "bob@example.org" })
  await tokenOf("invite")
  const tokens = new Map(kinds.map((kind) => [kind, scene.box.newest(kind).token ?? ""]))
  return { ...scene, tokens }
}

describe("a code", () => {
  it.each(kinds)("REC-02 that goes out as %s does nothing else", async (kind) => {
    const { auth, tokens } = await withCodes()
    const token = tokens.get(kind) ?? ""
    for (const other of kinds.filter((each) => each !== kind)) {
      expect(await outcomeOf(using[other](auth, token))).toBe("CodeInvalid unknown")
    }
    expect(await outcomeOf(using[kind](auth, token))).toBe("done")
  })

  it.each([
    ["nothing", ""],
    ["other text", "no code"],
    ["the beginning of one", "lk_otc_"],
    ["a very long text", "x".repeat(100_000)]
  ])("REC-02 costs no store call when it is none, but %s", async (_, token) => {
    const asked: Array<string> = []
    const { auth } = await mailScene({
      around: (operation, call) => {
        asked.push(operation)
        return call
      }
    })
    asked.length = 0
    for (const kind of kinds) expect(await outcomeOf(using[kind](auth, token))).toBe("CodeInvalid unknown")
    expect(asked).toEqual([])
  })

  it.each<
    readonly [
      string,
      (auth: Auth, id: Parameters<Auth["users"]["change"]>[0]) => Promise<unknown>,
      ReadonlyArray<MailKind>
    ]
  >([
    ["logs out everywhere", (auth, id) => auth.users.endCredentials(id), ["email-changed"]],
    ["gets another address", (auth, id) => auth.users.change(id, { email: "ada@example.edu" }), []],
    ["is deactivated", (auth, id) => auth.users.change(id, { isActive: false }), []],
    ["is removed", (auth, id) => auth.users.remove(id), []]
  ])("REC-02 REC-08 ends when its user %s", async (_, end, open) => {
    for (const kind of kinds.filter((each) => each !== "invite")) {
      const { auth, user, tokens } = await withCodes()
      await end(auth, user.id)
      expect((await outcomeOf(using[kind](auth, tokens.get(kind) ?? ""))) === "done").toBe(open.includes(kind))
    }
  })

  it.each(kinds)("REC-01 TIM-01 of the kind %s opens until just before its end, which its mail tells", async (kind) => {
    const { auth, box, clock, tokens } = await withCodes()
    const { expiresAt } = box.newest(kind)
    await clock.advance((expiresAt ?? 0) - clock.now() - 1)
    expect(
      await outcomeOf(auth.recovery.open(tokens.get(kind) ?? "", kind === "email-changed" ? "undo-email" : kind))
    ).toBe("done")
    await clock.advance(1)
    expect(await outcomeOf(using[kind](auth, tokens.get(kind) ?? ""))).toBe("CodeInvalid expired")
  })
})

describe("the page of a code", () => {
  it.each(kinds)("REC-11 shows whom it is for, as often as it is opened, and uses nothing up: %s", async (kind) => {
    const { auth, tables, tokens } = await withCodes()
    const token = tokens.get(kind) ?? ""
    const purpose = kind === "email-changed" ? "undo-email" : kind
    const before = structuredClone([tables.codes, tables.users])
    for (let count = 0; count < 3; count++) {
      expect(await auth.recovery.open(token, purpose)).toMatchObject({ code: { purpose } })
    }
    expect([tables.codes, tables.users]).toEqual(before)
    expect(await outcomeOf(using[kind](auth, token))).toBe("done")
    expect(await outcomeOf(auth.recovery.open(token, purpose))).toBe("CodeInvalid used")
  })
})

describe("a request for a mail", () => {
  const names = {
    "an account": ada.username,
    "its address": ada.email,
    nobody: "nobody@example.org",
    "no name": "\u0000"
  }

  it.each(["forgot", "requestVerification"] as const)(
    "ENU-05 makes the same store calls for every name before it is answered: %s",
    async (ask) => {
      const asked: Array<string> = []
      const { auth } = await withAda({
        around: (operation, call) => {
          asked.push(operation)
          return call
        }
      })
      const calls = []
      for (const name of Object.values(names)) {
        asked.length = 0
        expect(await outcomeOf(auth.recovery[ask](name))).toBe("done")
        calls.push([...asked])
      }
      expect(new Set(calls.slice(0, 3).map((each) => each.join())).size).toBe(1)
      expect(calls[0]?.every((operation) => operation.startsWith("attempts."))).toBe(true)
    }
  )

  test("ENU-05 is answered alike when the mailer fails", async () => {
    const { auth, clock } = await withAda({ mailer: { send: () => Promise.reject(new Error("away")) } })
    for (const name of Object.values(names)) expect(await auth.recovery.forgot(name)).toBeUndefined()
    await clock.advance("5 minutes")
  })

  it.each(["forgot", "requestVerification"] as const)(
    "INP-04 sends to the address that is stored, not to the one that was typed: %s",
    async (ask) => {
      const { auth, box, clock } = await withAda()
      await auth.recovery[ask]("ADA@Example.ORG")
      await clock.advance("1 second")
      expect(box.mails.map(({ to }) => to)).toEqual([ada.email, ada.email])
    }
  )

  test("RAT-19 is one of five within an hour for a name, whether anybody has it or not, then one in 15 minutes", async () => {
    const { auth, clock } = await withAda()
    for (const name of [ada.email, "nobody@example.org"]) {
      const answers = []
      for (let count = 0; count < 6; count++)
        answers.push(await outcomeOf(auth.recovery.forgot(name, { client: from("192.0.2.7") })))
      expect(answers).toEqual([...Array(5).fill("done"), "TooManyAttempts"])
    }
    // From any network, and in any spelling.
    const elsewhere = { client: from("198.51.100.1") }
    expect(await outcomeOf(auth.recovery.forgot("ADA@example.org", elsewhere))).toBe("TooManyAttempts")
    expect(await outcomeOf(auth.recovery.forgot("\uff41da@example.org", elsewhere))).not.toBe("StoreError")
    await clock.advance("15 minutes")
    expect(await outcomeOf(auth.recovery.forgot(ada.email, elsewhere))).toBe("done")
    expect(await outcomeOf(auth.recovery.forgot(ada.email, elsewhere))).toBe("TooManyAttempts")
  })

  test("RAT-19 counts for its network too", async () => {
    const { auth } = await withAda({ throttle: { mails: 1 } })
    const client = from("192.0.2.7")
    const answers = []
    for (let count = 0; count < 21; count++)
      answers.push(await outcomeOf(auth.recovery.forgot(`n${count}@example.org`, { client })))
    expect(answers).toEqual([...Array(20).fill("done"), "TooManyAttempts"])
    expect(await outcomeOf(auth.recovery.forgot("another@example.org", { client: from("198.51.100.1") }))).toBe("done")
  })

  test("RAT-19 a wish for another address is a mail to it: nobody fills a mailbox by changing theirs", async () => {
    const { auth, user } = await withAda()
    const wish = () => outcomeOf(auth.users.changeSelf({ user }, { email: "victim@example.org" }))
    const answers = []
    for (let count = 0; count < 6; count++) answers.push(await wish())
    expect(answers).toEqual([...Array(5).fill("done"), "TooManyAttempts"])
  })
})

describe("another address", () => {
  test("REC-07 of somebody who had none is proved too, and there is nobody to tell", async () => {
    const { auth, box, clock, tokenOf } = await mailScene()
    const bob = await auth.users.register({ username: "bob", password: newPassword })
    await auth.users.changeSelf({ user: bob }, { email: "bob@example.org" })
    expect(await auth.recovery.changeEmail(await tokenOf("change-email"))).toMatchObject({
      email: "bob@example.org",
      isVerified: true
    })
    await clock.advance("2 seconds")
    expect(box.mails.map(({ kind }) => kind)).toEqual(["change-email"])
  })

  test("REG-05 ENU-07 that somebody has is refused when it is asked for, and when it is proved", async () => {
    const { auth, box, user, tokenOf } = await withAda()
    expect(await outcomeOf(auth.users.changeSelf({ user }, { email: "ROOT@example.org" }))).toBe("AccountNameTaken")
    expect(box.mails.map(({ kind }) => kind)).toEqual(["verify"])
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    const token = await tokenOf("change-email")
    const eve = await auth.users.create({ email: "ada@example.com", password: newPassword, isVerified: true })
    expect(await outcomeOf(auth.recovery.changeEmail(token))).toBe("AccountNameTaken")
    await auth.users.remove(eve.id)
    expect(await outcomeOf(auth.recovery.changeEmail(token))).toBe("done")
  })

  test("REC-07 whose case alone is another applies at once", async () => {
    const { auth, box, user } = await withAda()
    expect(await auth.users.changeSelf({ user }, { email: "ADA@example.org" })).toMatchObject({
      email: "ADA@example.org"
    })
    expect(box.mails.map(({ kind }) => kind)).toEqual(["verify"])
  })

  test("REC-07 by an administrator applies at once, unverified, and mails nothing", async () => {
    const { auth, box, clock, user } = await withAda()
    expect(await auth.users.change(user.id, { email: "ada@example.com" })).toMatchObject({
      email: "ada@example.com",
      isVerified: false
    })
    await clock.advance("2 seconds")
    expect(box.mails.map(({ kind }) => kind)).toEqual(["verify"])
  })

  test("REC-07 that is given up is none", async () => {
    const { auth, user, tokenOf } = await withAda()
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    const token = await tokenOf("change-email")
    expect(await auth.recovery.cancelEmailChange(user.id)).toBe(true)
    expect(await auth.recovery.cancelEmailChange(user.id)).toBe(false)
    expect(await outcomeOf(auth.recovery.changeEmail(token))).toBe("CodeInvalid unknown")
  })

  test("REC-08 a former address that a further account took and proved keeps its way back, and the credentials end all the same", async () => {
    const { auth, user, tokenOf } = await withVerifiedAda()
    await auth.users.changeSelf({ user }, { email: "thief@example.org" })
    await auth.recovery.changeEmail(await tokenOf("change-email"))
    const undo = await tokenOf("email-changed")
    const squatter = await auth.users.register({ email: ada.email, password: newPassword })
    await auth.users.change(squatter.id, { isVerified: true })
    const { secret } = await auth.sessions.logIn({ username: ada.username, password: ada.password })
    expect(await outcomeOf(auth.recovery.undoEmailChange(undo))).toBe("AccountNameTaken")
    expect(await auth.sessions.resume(secret)).toBeNull()
    expect(await eventsOf(auth, { type: "session.closed" })).toMatchObject([{ details: { by: "owner", count: 1 } }])
    const thief = auth.sessions.logIn({ username: ada.username, password: ada.password })
    expect(await outcomeOf(thief)).toBe("InvalidCredentials")
    await auth.users.remove(squatter.id)
    expect(await auth.recovery.undoEmailChange(undo)).toMatchObject({ email: ada.email })
  })
})

describe("who is created without a password", () => {
  test("REC-09 gets no invitation if they are gone, or were invited anew, before it goes out", async () => {
    const { auth, box, clock } = await mailScene()
    const bob = await auth.users.create({ email: "bob@example.org" })
    await auth.users.remove(bob.id)
    const eve = await auth.users.create({ email: "eve@example.org" })
    const { secret } = await auth.recovery.invite(eve.id)
    await clock.advance("1 second")
    expect(box.mails.map(({ to }) => to)).toEqual(["eve@example.org"])
    expect(await outcomeOf(auth.recovery.accept(secret, newPassword))).toBe("done")
    expect(await outcomeOf(auth.recovery.invite(eve.id))).toBe("NotInvitable has-password")
  })

  test("REC-09 may still be asked to choose another password, which accepting answers", async () => {
    const { auth, tokenOf } = await mailScene()
    await auth.users.create({ email: "bob@example.org", mustChangePassword: true })
    expect(await auth.recovery.accept(await tokenOf("invite"), newPassword)).toMatchObject({
      mustChangePassword: false
    })
  })

  test("REC-09 REG-07 is the only new user where registration is by invitation", async () => {
    const { auth } = await mailScene({ registration: "invite" })
    expect(await outcomeOf(auth.users.register(ada))).toBe("RegistrationClosed")
  })
})

describe("a form that comes twice", () => {
  test("REC-12 is recognised by code and password until the code's end, and by nothing else", async () => {
    const { auth, user, tokenOf, clock } = await withAda()
    await auth.recovery.forgot(ada.username)
    const token = await tokenOf("reset")
    expect(await auth.recovery.findJustReset(token, ada.password, "reset")).toBeNull()
    await auth.recovery.reset(token, newPassword)
    expect(await auth.recovery.findJustReset(token, newPassword, "reset")).toMatchObject({ id: user.id })
    expect(await auth.recovery.findJustReset(token, "another one of four words", "reset")).toBeNull()
    expect(await auth.recovery.findJustReset(token, newPassword, "invite")).toBeNull()
    expect(await auth.recovery.findJustReset("junk", newPassword, "reset")).toBeNull()
    await clock.advance("1 hour")
    expect(await auth.recovery.findJustReset(token, newPassword, "reset")).toBeNull()
  })
})

test("REC-08 the way back takes the password away, so a thief who knows it cannot take the account again before its owner has followed the mail", async () => {
  const { auth, user, tokenOf } = await withVerifiedAda()
  const steal = async (email: string) => {
    const session = await auth.sessions.logIn(ada)
    await auth.users.changeSelf(session, { email })
    await auth.recovery.changeEmail(await tokenOf("change-email"))
  }
  await steal("thief@example.net")
  await auth.recovery.undoEmailChange(await tokenOf("email-changed"))
  const reset = await tokenOf("reset")
  expect(await outcomeOf(steal("thief@example.com"))).toBe("InvalidCredentials")
  expect(await auth.recovery.reset(reset, newPassword)).toMatchObject({ id: user.id, email: ada.email })
})

test("REC-08 the way back stays open for a day from the newest change, so a thief gains no time by changing again", async () => {
  const { auth, clock, user, tokenOf } = await withVerifiedAda()
  const change = async (email: string) => {
    await auth.users.changeSelf({ user: (await auth.users.find(user.id)) ?? user }, { email })
    await auth.recovery.changeEmail(await tokenOf("change-email"))
  }
  await change("thief@example.net")
  const undo = await tokenOf("email-changed")
  await clock.advance("23 hours")
  await change("thief@example.com")
  await clock.advance(24 * 3_600_000 - 1)
  expect(await auth.recovery.undoEmailChange(undo)).toMatchObject({ email: ada.email })
})

test("PWD-25 REC-08 the way back leaves the demand for another password, which the new one then answers", async () => {
  const { auth, user, tokenOf } = await withVerifiedAda()
  await auth.users.changeSelf({ user }, { email: "ada@example.com" })
  await auth.recovery.changeEmail(await tokenOf("change-email"))
  const undo = await tokenOf("email-changed")
  await auth.users.change(user.id, { mustChangePassword: true })
  expect(await auth.recovery.undoEmailChange(undo)).toMatchObject({ email: ada.email, mustChangePassword: true })
  expect(await auth.recovery.reset(await tokenOf("reset"), newPassword)).toMatchObject({ mustChangePassword: false })
})

test("REC-08 an address that nobody proved gets no way back when it is changed: it may be a stranger's", async () => {
  const { auth, box, clock, user, tokenOf } = await withAda()
  await auth.users.changeSelf({ user }, { email: "ada@example.com" })
  await auth.recovery.changeEmail(await tokenOf("change-email"))
  await clock.advance("2 seconds")
  expect(box.mails.filter(({ to }) => to === ada.email).map(({ kind }) => kind)).toEqual(["verify"])
  await auth.users.changeSelf({ user: (await auth.users.find(user.id)) ?? user }, { email: "ada@example.net" })
  await auth.recovery.changeEmail(await tokenOf("change-email"))
  await tokenOf("email-changed")
  expect(box.newest("email-changed")).toMatchObject({ to: "ada@example.com" })
})

test("REC-08 an address that an administrator gives an account ends the way back to the one before", async () => {
  const { auth, user, tokenOf } = await withVerifiedAda()
  await auth.users.changeSelf({ user }, { email: "thief@example.org" })
  await auth.recovery.changeEmail(await tokenOf("change-email"))
  const undo = await tokenOf("email-changed")
  await auth.users.change(user.id, { isActive: true })
  expect(await outcomeOf(auth.recovery.open(undo, "undo-email"))).toBe("done")
  await auth.users.change(user.id, { email: "owner@example.org", isVerified: true })
  expect(await outcomeOf(auth.recovery.undoEmailChange(undo))).toBe("CodeInvalid unknown")
})
