import { expect, test } from "vitest"
import { ada } from "../../test/people.ts"
import type { MailKind } from "../mail/mail.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"

const withAda = async () => {
  const box = mailbox()
  const made = await createTestAuth({ mailer: box.mailer })
  const user = await made.auth.users.register(ada)
  const tokenOf = async (kind: MailKind) => {
    await made.clock.advance("1 second")
    return box.newest(kind).token ?? ""
  }
  return { ...made, box, user, tokenOf }
}

test("REC-12 a used code tells whose address it verified, and a fresh one, one of another purpose and junk tell nobody", async () => {
  const { auth, user, tokenOf } = await withAda()
  const token = await tokenOf("verify")
  expect(await auth.recovery.findDone(token, "verify")).toBeNull()
  await auth.recovery.verify(token)
  expect(await auth.recovery.findDone(token, "verify")).toMatchObject({ id: user.id })
  expect(await auth.recovery.findDone(token, "change-email")).toBeNull()
  expect(await auth.recovery.findDone("junk", "verify")).toBeNull()
})

test("REC-12 a used code of a change or of the way back tells it while the address is the one that it gave", async () => {
  const { auth, user, box, tokenOf } = await withAda()
  await auth.recovery.verify(await tokenOf("verify"))
  await auth.users.changeSelf({ user }, { email: "ada@example.com" })
  const change = await tokenOf("change-email")
  await auth.recovery.changeEmail(change)
  expect(await auth.recovery.findDone(change, "change-email")).toMatchObject({ email: "ada@example.com" })

  const undo = await tokenOf("email-changed")
  const mailed = box.mails.length
  await auth.recovery.undoEmailChange(undo)
  expect(await auth.recovery.findDone(undo, "undo-email")).toMatchObject({ email: ada.email })
  expect(await auth.recovery.findDone(change, "change-email")).toBeNull()
  await tokenOf("reset")
  expect(box.mails).toHaveLength(mailed + 1)
  await auth.users.change(user.id, { email: "ada@example.net" })
  expect(await auth.recovery.findDone(undo, "undo-email")).toBeNull()
})

test("REC-12 when its time is over, or its user is inactive, a used code tells nobody", async () => {
  const { auth, user, clock, tokenOf } = await withAda()
  const token = await tokenOf("verify")
  await auth.recovery.verify(token)
  await auth.users.change(user.id, { isActive: false })
  expect(await auth.recovery.findDone(token, "verify")).toBeNull()
  await auth.users.change(user.id, { isActive: true })
  await clock.advance("1 day")
  expect(await auth.recovery.findDone(token, "verify")).toBeNull()
})
