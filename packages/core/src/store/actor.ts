import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { LoneToken } from "../session/lone-token.ts"
import type { Session } from "../session/session.ts"
import type { AccessToken } from "../token/access-token.ts"
import type { User } from "../user/user.ts"
import type { Proof, UserWithPassword } from "../user/user-store.ts"
import { NEVER } from "../vocabulary/time.ts"
import { readAndWrite } from "./read-and-write.ts"
import type { StoreParts } from "./store.ts"
import type { StoreError } from "./store-error.ts"

/**
 * Someone who asks for a change, as they were when they proved who they are, and the session or token that they act with, if
 * they act with one. An identity is one.
 */
export interface Actor {
  readonly user: User
  readonly session?: Session
  readonly token?: AccessToken
  readonly jwt?: LoneToken
  /** The administrator who acts in the user's place. */
  readonly actor?: User | undefined
}

/** Whether a program acts: with a token, or with a session for which nobody ever gave a password, as one from a CLI login. */
export const isProgram = ({ session, token, jwt }: Actor): boolean =>
  token !== undefined || jwt?.isProgram === true || (session?.kind === "bearer" && session.authenticatedAt === NEVER)

/** Whether an administrator acts in the user's place: they make and change nothing that outlives them (IMP-04). */
export const isActedFor = ({ session, actor }: Actor): boolean =>
  actor !== undefined || (session?.impersonation ?? null) !== null

/** The session or token that asked for a change has ended. Nothing was changed. */
export class CredentialEnded extends Data.TaggedError("CredentialEnded") {
  override get message(): string {
    return "the credential behind this change has ended: log in again"
  }
}

type Parts = Pick<StoreParts, "users" | "sessions" | "tokens" | "attempts">

/**
 * Whether the session or token that an actor acts with is still there. Always for who acts with none. Never for an administrator in
 * the user's place.
 */
export const isCredentialThere = Effect.fnUntraced(function* (
  { sessions, tokens, attempts }: Pick<Parts, "sessions" | "tokens" | "attempts">,
  acting: Actor
) {
  if (isActedFor(acting)) return false
  const { user, session, token, jwt } = acting
  const owner = user.id
  const at = yield* Clock.currentTimeMillis
  for (const mark of jwt?.marks ?? []) if (yield* attempts.isTrusted(mark, at)) return false
  if (session !== undefined && !(yield* sessions.isThere({ owner, id: session.id }, at))) return false
  return token === undefined || (yield* tokens.isThere({ owner, id: token.id }, at))
})

/**
 * The row of the actor's user; null when what they act with no longer opens anything. Reads the row before it looks for the
 * session or token. Whoever ends one removes it before the row counts that (`countRevocation`). So a write that
 * compares the count fails, if the ending was answered before the write (SES-20).
 */
export const findActing = Effect.fnUntraced(function* (parts: Parts, actor: Actor) {
  const found = yield* parts.users.findWithPassword(actor.user.id)
  if (found === null || !found.user.isActive || found.user.epoch !== actor.user.epoch) return null
  return (yield* isCredentialThere(parts, actor)) ? found : null
})

/**
 * Writes what an actor asks for. `write` compares the proof in its own step, and begins anew when another session or token of the
 * user was ended meanwhile. Null when the actor's credential has ended.
 */
export const writeFor = <A, E>(
  parts: Parts,
  actor: Actor,
  write: (proof: Proof, found: UserWithPassword) => Effect.Effect<A | null, E>
): Effect.Effect<A | null, E | StoreError> =>
  readAndWrite("users.changeWithProof", findActing(parts, actor), (found) =>
    write({ epoch: found.user.epoch, revocations: found.revocations }, found)
  )
