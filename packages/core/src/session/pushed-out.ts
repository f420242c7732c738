import * as Effect from "effect/Effect"
import type { Audit } from "../audit/audit.ts"
import { type Client, sessionName } from "../audit/trace.ts"
import type { UserId } from "../secret/user-id.ts"
import type { StoreParts } from "../store/store.ts"
import type { SessionId } from "./session.ts"

/**
 * What is left to do where a new session pushed others out: to count them as ended, and to tell owners why a session of theirs is gone.
 * The one that took its place is no actor: it may be a thief's.
 */
export const makePushedOut = ({ users }: Pick<StoreParts, "users">, audit: Audit["Service"]) =>
  Effect.fnUntraced(function* (subject: UserId, ended: ReadonlyArray<SessionId>, client: Client) {
    const [only, ...more] = ended
    if (only === undefined) return
    yield* users.countRevocation(subject)
    const credential = more.length === 0 ? sessionName(only) : null
    yield* audit.append("session.closed", {
      details: { by: "limit", count: ended.length },
      subject,
      credential,
      client
    })
  })
