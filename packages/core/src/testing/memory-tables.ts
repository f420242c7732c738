import type { AuditRecord, AuditStart } from "../audit/audit-store.ts"
import type { Challenge, ChallengeId } from "../cli-login/challenge.ts"
import type { CodePurpose } from "../code/code.ts"
import type { NewCode } from "../code/code-store.ts"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import type { NewSession } from "../session/session-store.ts"
import { type KeptSettings, NOTHING_KEPT } from "../settings/settings-store.ts"
import type { BucketState } from "../throttle/attempt-store.ts"
import type { NewToken } from "../token/token-store.ts"
import type { NewUser } from "../user/user-store.ts"
import type { Instant } from "../vocabulary/time.ts"

/** A challenge in any state, with the hash of its program's secret. */
export interface HeldChallenge {
  readonly challenge: Challenge
  readonly secretHash: SecretHash
  /** Whether its code leads to it, and not to a later one that has the same. */
  readonly hasCode: boolean
}

/** What a memory store holds. Rows are never changed in place: a change sets a new row. */
export interface Tables {
  readonly users: Map<UserId, NewUser>
  /** By owner, then by hash: the two things a credential tells. */
  readonly sessions: Map<UserId, Map<SecretHash, NewSession>>
  /** As sessions. */
  readonly tokens: Map<UserId, Map<SecretHash, NewToken>>
  readonly challenges: Map<ChallengeId, HeldChallenge>
  readonly codes: Map<UserId, Map<CodePurpose, NewCode>>
  readonly buckets: Map<string, BucketState>
  /** By their names: what keys share for which there was no room. */
  readonly sharedBuckets: Map<string, BucketState>
  /** Decides which keys share a bucket. */
  readonly bucketSecret: string
  /** No bucket of its own ends before this, so that a full store is not searched for each new key. */
  nextBucketEnd: Instant
  /** By account, then by key: until when it is trusted. */
  readonly marks: Map<string, ReadonlyMap<string, Instant>>
  readonly audit: Array<AuditRecord>
  /** Where the log begins; null while nothing was removed from it. */
  auditStart: AuditStart | null
  settings: KeptSettings
  /** The marker of SET-03. Nothing but `true` is ever written to it. */
  isSetUp: boolean
}

/** The tables of a store that nobody has used yet. */
export const emptyTables = (): Tables => ({
  users: new Map(),
  sessions: new Map(),
  tokens: new Map(),
  challenges: new Map(),
  codes: new Map(),
  buckets: new Map(),
  sharedBuckets: new Map(),
  bucketSecret: crypto.randomUUID(),
  nextBucketEnd: 0,
  marks: new Map(),
  audit: [],
  auditStart: null,
  settings: NOTHING_KEPT,
  isSetUp: false
})
