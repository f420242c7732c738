import type {
  Challenge,
  ChallengeId,
  CodePurpose,
  NewCode,
  NewSession,
  NewToken,
  NewUser,
  SecretHash,
  SessionKey,
  TokenKey,
  UserId
} from "@latchkey/core/store"
import { AttemptRoom, Store, type StoreLayer, type StoreParts, type StoreShape } from "@latchkey/core/store"
import { emptyTables, memoryStoreOver, type Tables } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { verbsOf } from "./verbs.ts"

/** A memory store with one thing broken: proof that a law finds what it is there to find. */
export interface Saboteur {
  /** What the laws that it breaks state. It breaks no others; of a race law's saboteur it is that law alone. */
  readonly breaks: ReadonlyArray<string>
  /** The verbs that it changes, such as `users.insert`. */
  readonly changes: ReadonlySet<string>
  readonly store: StoreLayer
}

type Breaks = string | ReadonlyArray<string>
type Broken<Part> = (tables: Tables, sound: StoreShape, room: AttemptRoom) => Partial<Part>

/** Makes a saboteur of any part. */
export const saboteur = (breaks: Breaks, broken: Broken<StoreShape>): Saboteur => ({
  breaks: [breaks].flat(),
  changes: changesOf(broken),
  store: Layer.effect(
    Store,
    Effect.map(AttemptRoom, (room) => {
      const tables = emptyTables()
      const sound = memoryStoreOver(tables, room)
      return { ...sound, ...broken(tables, sound, room) }
    })
  )
})

const changesOf = (broken: Broken<StoreShape>): ReadonlySet<string> => {
  const tables = emptyTables()
  const sound = memoryStoreOver(tables)
  const verbs = verbsOf(sound)
  const after = verbsOf({ ...sound, ...broken(tables, sound, AttemptRoom.defaultValue()) })
  return new Set([...after.keys()].filter((name) => after.get(name) !== verbs.get(name)))
}

/** Makes saboteurs of one part. */
export const saboteurOf =
  <Name extends keyof StoreParts>(name: Name) =>
  (breaks: Breaks, broken: Broken<StoreParts[Name]>): Saboteur =>
    saboteur(breaks, (tables, sound, room) => ({ [name]: { ...sound[name], ...broken(tables, sound, room) } }))

/** Makes a saboteur of users, sessions, tokens, challenges, codes, attempts, the audit log or the settings. */
export const brokenUsers = saboteurOf("users")
export const brokenSessions = saboteurOf("sessions")
export const brokenTokens = saboteurOf("tokens")
export const brokenChallenges = saboteurOf("challenges")
export const brokenCodes = saboteurOf("codes")
export const brokenAttempts = saboteurOf("attempts")
export const brokenAudit = saboteurOf("audit")
export const brokenSettings = saboteurOf("settings")

/** The mistake that races are after: looks, lets others go first, and then acts on what it saw. */
export const lookThenAct = <Seen, A, E>(
  look: () => Seen,
  act: (seen: Seen) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.gen(function* () {
    const seen = look()
    yield* Effect.yieldNow
    return yield* act(seen)
  })

/** Changes a stored user behind the verbs' back. */
export const patchUser = (tables: Tables, id: UserId, change: (row: NewUser) => NewUser): void => {
  const row = tables.users.get(id)
  if (row !== undefined) tables.users.set(id, change(row))
}

/** Changes a stored session behind the verbs' back. */
export const patchSession = (tables: Tables, key: SessionKey, change: (row: NewSession) => NewSession): void => {
  const row = sessionRow(tables, key)
  if (row !== undefined) putSession(tables, change(row))
}

/** The session that a key names. */
export const sessionRow = (tables: Tables, { owner, id }: SessionKey): NewSession | undefined =>
  ownedRows(tables, owner).find(({ session }) => session.id === id)

/** All sessions of an owner. */
export const ownedRows = (tables: Tables, owner: UserId): ReadonlyArray<NewSession> => [
  ...(tables.sessions.get(owner)?.values() ?? [])
]

/** Writes a session, whatever stood there. */
export const putSession = (tables: Tables, row: NewSession): void => {
  const owned = tables.sessions.get(row.session.userId) ?? new Map<SecretHash, NewSession>()
  tables.sessions.set(row.session.userId, owned.set(row.hash, row))
}

/** Changes a stored token behind the verbs' back. */
export const patchToken = (tables: Tables, key: TokenKey, change: (row: NewToken) => NewToken): void => {
  const row = tokenRow(tables, key)
  if (row !== undefined) putToken(tables, change(row))
}

/** The token that a key names. */
export const tokenRow = (tables: Tables, { owner, id }: TokenKey): NewToken | undefined =>
  ownedTokens(tables, owner).find(({ token }) => token.id === id)

/** All tokens of an owner. */
export const ownedTokens = (tables: Tables, owner: UserId): ReadonlyArray<NewToken> => [
  ...(tables.tokens.get(owner)?.values() ?? [])
]

/** Writes a token, whatever stood there. */
export const putToken = (tables: Tables, row: NewToken): void => {
  const owned = tables.tokens.get(row.token.userId) ?? new Map<SecretHash, NewToken>()
  tables.tokens.set(row.token.userId, owned.set(row.hash, row))
}

/** A challenge as it is stored, with what only its store knows. */
export type HeldChallenge = Parameters<Tables["challenges"]["set"]>[1]

/** Changes a stored challenge behind the verbs' back. */
export const patchChallenge = (tables: Tables, id: ChallengeId, change: (challenge: Challenge) => Challenge): void => {
  const held = tables.challenges.get(id)
  if (held !== undefined) putChallenge(tables, { ...held, challenge: change(held.challenge) })
}

/** Writes a challenge, whatever stood there. */
export const putChallenge = (tables: Tables, held: HeldChallenge): void => {
  tables.challenges.set(held.challenge.id, held)
}

/** The challenge that a code leads to. */
export const challengeOfCode = (tables: Tables, codeHash: SecretHash): HeldChallenge | undefined =>
  [...tables.challenges.values()].find((held) => held.hasCode && held.challenge.codeHash === codeHash)

/** All challenges that a user has claimed. */
export const ownedChallenges = (tables: Tables, owner: UserId): ReadonlyArray<HeldChallenge> =>
  [...tables.challenges.values()].filter(({ challenge }) => challenge.userId === owner)

/** The code that a user has for a purpose. */
export const codeOf = (tables: Tables, owner: UserId, purpose: CodePurpose): NewCode | undefined =>
  tables.codes.get(owner)?.get(purpose)

/** All codes of a user. */
export const ownedCodes = (tables: Tables, owner: UserId): ReadonlyArray<NewCode> => [
  ...(tables.codes.get(owner)?.values() ?? [])
]

/** Writes a code, whatever stood there. */
export const putCode = (tables: Tables, held: NewCode): void => {
  const { userId, purpose } = held.code
  const owned = tables.codes.get(userId) ?? new Map<CodePurpose, NewCode>()
  tables.codes.set(userId, owned.set(purpose, held))
}
