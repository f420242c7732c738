import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { AuditStore } from "../audit/audit-store.ts"
import type { ChallengeStore } from "../cli-login/challenge-store.ts"
import type { CodeStore } from "../code/code-store.ts"
import type { SecretHash } from "../secret/credential.ts"
import type { UserId } from "../secret/user-id.ts"
import type { Session } from "../session/session.ts"
import type { SessionStore } from "../session/session-store.ts"
import type { SettingsStore } from "../settings/settings-store.ts"
import type { AttemptStore } from "../throttle/attempt-store.ts"
import type { AccessToken } from "../token/access-token.ts"
import type { TokenStore } from "../token/token-store.ts"
import type { User } from "../user/user.ts"
import type { UserStore } from "../user/user-store.ts"
import type { StoreError } from "./store-error.ts"

/** The parts a store is made of, each with its own laws. */
export interface StoreParts {
  readonly users: UserStore
  readonly sessions: SessionStore
  readonly tokens: TokenStore
  readonly challenges: ChallengeStore
  readonly codes: CodeStore
  readonly attempts: AttemptStore
  readonly audit: AuditStore
  readonly settings: SettingsStore
}

/** What the secret of a session leads to. */
export interface FoundSession {
  readonly user: User
  readonly session: Session
}

/** What the secret of a personal access token leads to. */
export interface FoundToken {
  readonly user: User
  readonly token: AccessToken
}

/** A whole store: its parts, and the calls of which every request makes one. */
export interface StoreShape extends StoreParts {
  /**
   * The user and the session of a secret, in one round trip: where the two live apart, in one to each at once. Null
   * when either is missing or they do not belong together. Whether they are live is core's to judge.
   */
  readonly lookupSession: (owner: UserId, hash: SecretHash) => Effect.Effect<FoundSession | null, StoreError>
  /** As `lookupSession`, for the user and the token of a secret. */
  readonly lookupToken: (owner: UserId, hash: SecretHash) => Effect.Effect<FoundToken | null, StoreError>
}

/**
 * Everything Latchkey keeps, behind one contract. A store backend is a Layer of this service; `storeConformance` says
 * whether it is safe. A store over a network ends each call within two seconds, with a `StoreError` if need be (ERR-04).
 */
export class Store extends Context.Service<Store, StoreShape>()("@latchkey/core/Store") {}

/** A store ready to be used: `sqliteStore("app.db")`, `memoryStore()`. Building it may fail; closing it releases what it opened. */
export type StoreLayer = Layer.Layer<Store, StoreError>
