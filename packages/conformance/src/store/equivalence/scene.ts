import type {
  Challenge,
  ChallengeKey,
  CodeKey,
  CodePurpose,
  Instant,
  NewChallenge,
  NewCode,
  NewSession,
  NewToken,
  SecretHash,
  SessionKey,
  TokenKey
} from "@latchkey/core/store"
import { codePurposes, EXPIRED_KEPT_MS, UserId } from "@latchkey/core/store"
import type { Tables } from "@latchkey/core/testing"
import { challengeKeyOf, codeHash, sampleChallenge } from "../laws/challenge-samples.ts"
import { codeKeyOf, sampleCode } from "../laws/code-samples.ts"
import {
  accountName,
  impersonation,
  keyOf,
  minute,
  sampleSession,
  sampleToken,
  secretHash,
  start,
  tokenKeyOf,
  userId
} from "../laws/samples.ts"
import type { Dice } from "./dice.ts"

/** What a list has named so far, so that later commands refer to what earlier ones created, and sometimes miss. */
export interface Scene extends Dice {
  /** The time of the next command. */
  readonly now: () => Instant
  /** An instant so many minutes from now at which something ends. */
  readonly endAfter: (minutes: ReadonlyArray<number>) => Instant
  /**
   * Lets time pass, or not: quickly in some lists, hardly at all in others. It stops exactly when something ends, or just before.
   */
  readonly mayPass: () => void
  /** An id that no user had before: an application never uses one twice. */
  readonly newUserId: () => UserId
  /** Mostly a user who exists; otherwise a removed or unknown one. */
  readonly user: () => UserId
  /** Every user who was named, existing or not. */
  readonly users: () => ReadonlyArray<UserId>
  /** A session that ends soon, with an id and a secret that no other had before. */
  readonly newSession: (owner: UserId) => NewSession
  /** Mostly the key of an existing session; otherwise of an ended or unknown one. Sometimes with another user as the owner. */
  readonly session: () => { readonly key: SessionKey; readonly hash: SecretHash }
  /** All that were created, existing or not. */
  readonly sessions: () => ReadonlyArray<NewSession>
  /** A token that ends soon, or never, with an id and a secret that no other had before. */
  readonly newToken: (owner: UserId, origin: "issued" | "imported") => NewToken
  /** As `session`, for tokens. */
  readonly token: () => { readonly key: TokenKey; readonly hash: SecretHash }
  /** As `sessions`, for tokens. */
  readonly tokens: () => ReadonlyArray<NewToken>
  /** A challenge that ends soon, with an id and a secret that no other had before; with this code, or a new one. */
  readonly newChallenge: (codeHash?: SecretHash) => NewChallenge
  /** As `session`, for challenges: mostly in one of these states. The owner is who claimed it, or anybody if nobody did. */
  readonly challenge: (...states: ReadonlyArray<Challenge["state"]>) => {
    readonly key: ChallengeKey
    readonly row: NewChallenge
  }
  /** As `sessions`, for challenges. */
  readonly challenges: () => ReadonlyArray<NewChallenge>
  /** A code that ends soon, of this purpose or one of a few, with a secret that no other had before. */
  readonly newCode: (owner: UserId, purpose?: CodePurpose) => NewCode
  /** Mostly the key of an existing code; otherwise of one that is gone or unknown. Sometimes one part of it is another's. */
  readonly code: () => CodeKey
  /** As `sessions`, for codes. */
  readonly codes: () => ReadonlyArray<NewCode>
  /** The version of the settings that are kept. */
  readonly keptVersion: () => number
  /** A number that was not given before. */
  readonly count: () => number
}

/** So few purposes that codes meet. */
const metPurposes = codePurposes.slice(0, 2)

/** An empty scene, at the time at which the laws begin, which is in the future of every store's own clock. */
export const sceneOf = (dice: Dice, tables: Tables): Scene => {
  const pace = dice.pick([3, 10, 25])
  let now = start
  let counted = 0
  const ends: Array<Instant> = []
  const users: Array<UserId> = []
  const sessions: Array<NewSession> = []
  const tokens: Array<NewToken> = []
  const challenges: Array<NewChallenge> = []
  const codes: Array<NewCode> = []

  const count = (): number => {
    counted += 1
    return counted
  }

  const endAfter = (minutes: ReadonlyArray<number>): Instant => {
    const end = now + dice.pick(minutes) * minute
    ends.push(end)
    return end
  }

  const newUserId = (): UserId => {
    const id = userId(users.length + 1)
    users.push(id)
    return id
  }

  const user = (): UserId => {
    const there = [...tables.users.keys()]
    if (there.length > 0 && dice.percent(80)) return dice.pick(there)
    return dice.pick([...users, UserId("nobody")])
  }

  const newSession = (owner: UserId): NewSession => {
    const number = count()
    const row = sampleSession(number, owner, {
      kind: dice.pick(["browser", "bearer"]),
      epoch: dice.below(5),
      createdAt: now,
      authenticatedAt: now,
      lastSeenAt: now,
      idleExpiresAt: endAfter([10, 20, 60, 60]),
      expiresAt: endAfter([20, 60, 720, 720]),
      ip: dice.pick([null, "192.0.2.1"]),
      userAgent: dice.pick([null, "Mozilla/5.0"]),
      impersonation: number % 5 === 0 ? impersonation : null,
      data: dice.pick([null, { cart: [1, null] }])
    })
    sessions.push(row)
    return row
  }

  const newToken = (owner: UserId, origin: "issued" | "imported"): NewToken => {
    const row = sampleToken(count(), owner, {
      scopes: dice.pick([[], ["read"], ["write", "read", "write"]]),
      epoch: dice.below(5),
      createdAt: now,
      expiresAt: dice.percent(20) ? null : endAfter([10, 20, 60, 60]),
      isImported: origin === "imported"
    })
    tokens.push(row)
    return row
  }

  const newChallenge = (code?: SecretHash): NewChallenge => {
    const n = count()
    const expiresAt = endAfter([5, 10, 10, 20])
    const row = sampleChallenge(n, {
      codeHash: code ?? codeHash(n),
      scopes: dice.pick([[], ["read"], ["write", "read", "write"]]),
      hasNumber: dice.percent(50),
      ip: dice.pick([null, "192.0.2.1"]),
      createdAt: now,
      expiresAt,
      keptUntil: expiresAt + EXPIRED_KEPT_MS,
      pace: { interval: dice.pick([4, 1000, 5000, 59_000]), step: dice.pick([1, 5000]), nextPollAt: now }
    })
    ends.push(row.challenge.keptUntil)
    challenges.push(row)
    return row
  }

  const newCode = (owner: UserId, purpose?: CodePurpose): NewCode => {
    const n = count()
    const row = sampleCode(n, owner, {
      purpose: purpose ?? dice.pick(metPurposes),
      email: accountName(`Name${n}@${dice.pick(["example.org", "b\u00FCcher.example"])}`),
      ownEmail: dice.pick([null, `name${n}@example.org`]),
      epoch: dice.below(5),
      createdAt: now,
      expiresAt: endAfter([10, 20, 60, 720, 720])
    })
    codes.push(row)
    return row
  }

  const stateOf = ({ challenge }: NewChallenge) => tables.challenges.get(challenge.id)?.challenge.state

  const anyChallenge = (states: ReadonlyArray<Challenge["state"]>): NewChallenge => {
    const there = challenges.filter((row) => stateOf(row) !== undefined)
    const wanted = there.filter((row) => states.some((state) => state === stateOf(row)))
    if (wanted.length > 0 && dice.percent(80)) return dice.pick(wanted)
    if (there.length > 0 && dice.percent(80)) return dice.pick(there)
    return dice.pick([...challenges, sampleChallenge(count())])
  }

  const anyCode = (): NewCode => {
    const there = [...tables.codes.values()].flatMap((owned) => [...owned.values()])
    if (there.length > 0 && dice.percent(80)) return dice.pick(there)
    return dice.pick([...codes, sampleCode(count(), user())])
  }

  const anySession = (): NewSession => {
    const there = [...tables.sessions.values()].flatMap((owned) => [...owned.values()])
    if (there.length > 0 && dice.percent(80)) return dice.pick(there)
    return dice.pick([...sessions, sampleSession(count(), user())])
  }

  const anyToken = (): NewToken => {
    const there = [...tables.tokens.values()].flatMap((owned) => [...owned.values()])
    if (there.length > 0 && dice.percent(80)) return dice.pick(there)
    return dice.pick([...tokens, sampleToken(count(), user())])
  }

  return {
    ...dice,
    count,
    newUserId,
    user,
    newSession,
    newToken,
    newChallenge,
    newCode,
    users: () => users,
    sessions: () => sessions,
    tokens: () => tokens,
    challenges: () => challenges,
    codes: () => codes,
    keptVersion: () => tables.settings.version,
    now: () => now,
    endAfter,
    mayPass: () => {
      if (!dice.percent(pace)) return
      const next = ends.filter((end) => end > now).sort((a, b) => a - b)
      now = Math.max(now, (next[dice.below(2)] ?? now + minute) - dice.below(2))
    },
    session: () => {
      const row = anySession()
      const key = keyOf(row)
      return { key: dice.percent(20) ? { ...key, owner: user() } : key, hash: row.hash }
    },
    token: () => {
      const row = anyToken()
      const key = tokenKeyOf(row)
      return { key: dice.percent(20) ? { ...key, owner: user() } : key, hash: row.hash }
    },
    challenge: (...states) => {
      const row = anyChallenge(states)
      const owner = dice.percent(20) ? null : tables.challenges.get(row.challenge.id)?.challenge.userId
      return { key: challengeKeyOf(owner ?? user(), row), row }
    },
    code: () => {
      const key = codeKeyOf(anyCode())
      if (dice.percent(80)) return key
      return dice.pick([
        { ...key, owner: user() },
        { ...key, purpose: dice.pick(metPurposes) },
        { ...key, hash: secretHash(count()) }
      ])
    }
  }
}
