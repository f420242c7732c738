import type { MailKind } from "../src/mail/mail.ts"
import { createTestAuth, type TestAuthOptions } from "../src/testing/create-test-auth.ts"
import { mailbox } from "../src/testing/mailbox.ts"
import { emptyTables } from "../src/testing/memory-tables.ts"
import { loggedLines } from "./captured-log.ts"
import { type Around, storeAround } from "./store-around.ts"

export interface MailSceneOptions extends TestAuthOptions {
  readonly around?: Around
}

/** A server with a mailbox. `tokenOf` waits for the mails of what was done before, and gives the newest token of a kind. */
export const mailScene = async ({ around = (_, call) => call, ...options }: MailSceneOptions = {}) => {
  const box = mailbox()
  const tables = emptyTables()
  const { lines, layer } = loggedLines()
  const made = await createTestAuth({
    mailer: box.mailer,
    store: storeAround(around, tables),
    ambient: layer,
    ...options
  })
  const tokenOf = async (kind: MailKind): Promise<string> => {
    await made.clock.advance("1 second")
    return box.newest(kind).token ?? ""
  }
  return { ...made, box, tables, lines, tokenOf }
}

/** The tag of the error that a promise rejects with, with its reason; `done` when it resolves. */
export const outcomeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    ({ _tag, reason }: { readonly _tag: string; readonly reason?: string }) =>
      reason === undefined ? _tag : `${_tag} ${reason}`
  )
