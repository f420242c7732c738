import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import {
  allEndedMark,
  ENDED_KEPT_MS,
  type EndedMark,
  endedMarks,
  hashOfSigned,
  MOST_ENDED_MARKS,
  maybeSigned,
  type SignedClaims,
  type SignedTokensShape
} from "../secret/signed-tokens.ts"
import type { UserId } from "../secret/user-id.ts"
import type { FoundSession, StoreShape } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { IMPORTED_EPOCH, isOpenToOld } from "../user/first-epoch.ts"
import type { User } from "../user/user.ts"
import type { Instant } from "../vocabulary/time.ts"
import { isMakerStillAllowed, type LoneToken, type ResumedToken } from "./lone-token.ts"
import type { ResumedSession } from "./session-service.ts"

type Opened = ResumedSession | ResumedToken | null

const nothing = Effect.succeed(null)

/** What signed tokens open. With opaque credentials, nothing: no text is looked at. */
export const makeSignedSessions = (
  signed: SignedTokensShape | null,
  { users, attempts, lookupSession }: Pick<StoreShape, "users" | "attempts" | "lookupSession">,
  /** Whether the options let an administrator act in a user's place, as they are now (IMP-10). */
  mayBeActedFor: (user: User, actor: User) => boolean
) => {
  /** One store call for a session, whatever the token says besides. */
  const find = (text: string): Effect.Effect<FoundSession | null, StoreError> =>
    Effect.flatMap(read(text), (claims) => (claims?.kind === "session" ? findSession(claims) : nothing))

  const findSession = ({ owner, session }: Extract<SignedClaims, { readonly kind: "session" }>) =>
    lookupSession(owner, hashOfSigned(session))

  const read = (text: string): Effect.Effect<SignedClaims | null> =>
    signed === null || !maybeSigned(text)
      ? nothing
      : Effect.clockWith((clock) => signed.read(text, clock.currentTimeMillisUnsafe()))

  /** As `find`, and what opens without a session. `judge` says whether a session that was found is live. */
  const open = (
    text: string,
    judge: (found: FoundSession | null) => Effect.Effect<ResumedSession | null, StoreError>
  ): Effect.Effect<Opened, StoreError> =>
    Effect.flatMap(read(text), (claims): Effect.Effect<Opened, StoreError> => {
      switch (claims?.kind) {
        case "session":
          return Effect.flatMap(findSession(claims), judge)
        case "stateless":
          return openStateless(claims)
        case "old":
          return openOld(claims, text)
        case undefined:
          return nothing
      }
    })

  const openStateless = ({
    owner,
    session,
    epoch,
    expiresAt
  }: Extract<SignedClaims, { readonly kind: "stateless" }>): Effect.Effect<ResumedToken | null, StoreError> =>
    Effect.map(users.find(owner), (user) =>
      user?.isActive && user.epoch === epoch
        ? { user, jwt: { name: `session:${session}`, expiresAt, isProgram: false, marks: [] } }
        : null
    )

  /** Looks at once for all that it rests on: its user, whoever made it for them, and whether it was ended (JWT-10). */
  const openOld = (
    { owner, expiresAt, madeBy }: Extract<SignedClaims, { readonly kind: "old" }>,
    text: string
  ): Effect.Effect<ResumedToken | null, StoreError> => {
    const { own, all } = endedMarks(owner, text)
    const actorId = madeBy === owner ? null : madeBy
    const found = Effect.all(
      [users.find(owner), actorId === null ? nothing : users.find(actorId), areEnded([own, all])],
      {
        concurrency: "unbounded"
      }
    )
    return Effect.map(found, ([user, actor, isEnded]) => {
      if (user === null || isEnded || !isOpenToOld(user)) return null
      const name = `jwt:${own.key.slice(0, NAME_LENGTH)}`
      const jwt: LoneToken = { name, expiresAt, isProgram: madeBy === owner, marks: [own, all] }
      if (actorId === null) return { user, jwt }
      return actor !== null && isMakerStillAllowed(actor) && mayBeActedFor(user, actor) ? { user, actor, jwt } : null
    })
  }

  const areEnded = (marks: ReadonlyArray<EndedMark>): Effect.Effect<boolean, StoreError> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) =>
      Effect.map(
        Effect.forEach(marks, (mark) => attempts.isTrusted(mark, at), { concurrency: "unbounded" }),
        (ended) => ended.includes(true)
      )
    )

  const mark = (ended: EndedMark, until: Instant) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) =>
      attempts.trust({ ...ended, until }, { at, most: MOST_ENDED_MARKS, replaced: null })
    )

  /** Ends a token of the system before us for good. False when it had ended, or nothing on the server can end it (JWT-11). */
  const end = Effect.fnUntraced(function* ({ user, jwt }: { readonly user: User; readonly jwt: LoneToken }) {
    const [own] = jwt.marks
    if (own === undefined || (yield* areEnded(jwt.marks))) return false
    yield* mark(own, jwt.expiresAt)
    yield* users.countRevocation(user.id)
    return true
  })

  /** Ends every token of the system before us that a user has. They are in no list, so they cannot be ended one by one. */
  const endAllOld = (owner: UserId, epoch: number): Effect.Effect<void, StoreError> =>
    signed?.oldUntil == null || epoch !== IMPORTED_EPOCH
      ? Effect.void
      : mark(allEndedMark(owner), signed.oldUntil + ENDED_KEPT_MS)

  return { find, open, end, endAllOld }
}

/** Digits of a digest that tell tokens apart in the trail. */
const NAME_LENGTH = 16
