import { describe, expect, test } from "vitest"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import type { MailKind } from "../mail/mail.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"

/** The tag of the error that a promise rejects with. */
const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: { readonly _tag: string }) => error._tag
  )

const withMailer = async (options: TestAuthOptions = {}) => {
  const box = mailbox()
  const made = await createTestAuth({ mailer: box.mailer, ...options })
  const tokenOf = async (kind: MailKind) => {
    await made.clock.advance("1 second")
    return box.newest(kind).token ?? ""
  }
  return { ...made, box, tokenOf }
}

const withAda = async () => {
  const made = await withMailer()
  const user = await made.auth.users.register(ada)
  await made.clock.advance("1 second")
  return { ...made, user }
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
    expect(await outcomeOf(auth.recovery.reset(token, "another one of four words"))).toBe("CodeInvalid")
  })
})

describe("reset by who must choose another password", () => {
  test("PWD-26 PWD-27 the same one is refused and the code stays; a code from before the demand opens nothing", async () => {
    const { auth, user, tokenOf } = await withAda()
    await auth.recovery.forgot(ada.username)
    const before = await tokenOf("reset")
    await auth.users.change(user.id, { mustChangePassword: true })
    expect(await outcomeOf(auth.recovery.reset(before, newPassword))).toBe("CodeInvalid")
    await auth.recovery.forgot(ada.username)
    const token = await tokenOf("reset")
    await expect(auth.recovery.reset(token, ada.password)).rejects.toMatchObject({ problem: "unchanged" })
    expect(await auth.recovery.reset(token, newPassword)).toMatchObject({ mustChangePassword: false })
  })
})

describe("change of address", () => {
  test("REC-07 applies once the new mailbox is proved, and the former one can undo it", async () => {
    const { auth, user, tokenOf } = await withAda()
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
    const { auth, tokenOf } = await withMailer({ registration: "invite" })
    const bob = await auth.users.create({ email: "bob@example.org" })
    const token = await tokenOf("invite")
    expect(await auth.recovery.accept(token, newPassword)).toMatchObject({ id: bob.id, isVerified: true })
    expect(await auth.sessions.logIn({ email: "bob@example.org", password: newPassword })).toMatchObject({
      user: { id: bob.id }
    })
  })
})
