import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Client } from "../audit/trace.ts"
import type { SecretText } from "../secret/secret-text.ts"
import type { UserId } from "../secret/user-id.ts"
import type { OpenedSession } from "../session/session-service.ts"
import type { Actor, CredentialEnded } from "../store/actor.ts"
import type { StoreError } from "../store/store-error.ts"
import type { TooManyAttempts } from "../throttle/throttle-errors.ts"
import type { ScopeNotGrantable, TokensDisabled, TooManyTokens } from "../token/token-errors.ts"
import type { IssuedToken } from "../token/token-service.ts"
import type { User } from "../user/user.ts"
import type { ListPage } from "../vocabulary/page.ts"
import type { ApprovedChallenge, ChallengeId, CliLoginResult, DeniedChallenge, OwnChallenge } from "./challenge.ts"
import type {
  ApproverNotAllowed,
  CliLoginDecided,
  CliLoginDenied,
  CliLoginDisabled,
  CliLoginExpired,
  CliLoginNotFound,
  NumberNotSupported,
  OtherNetwork,
  ProgramNameInvalid,
  TooManyChallenges
} from "./cli-login-errors.ts"

export interface CliLoginOptions {
  readonly enabled: boolean
  /** Milliseconds for which a code is valid. */
  readonly lifetime: number
  /** Milliseconds between two polls. */
  readonly interval: number
  readonly result: CliLoginResult
  /** Milliseconds for which a token lives that a program gets. */
  readonly tokenLifetime: number
  readonly number: "offered" | "always" | "never"
  readonly approvers: "everyone" | "verified"
  readonly otherNetwork: "warn" | "refuse"
  readonly mostOpen: number
  /** Milliseconds for which ended CLI logins are kept. */
  readonly retention: number
}

/** What a program asks for. */
export interface CliLoginToBegin {
  /** What the program calls itself: 1 to 100 characters. Default `"command-line program"`. */
  readonly program?: string
  /** Declared scopes. Default none: such a token only identifies its user. */
  readonly scopes?: ReadonlyArray<string>
  /** Default `cliLogin.result`. */
  readonly result?: CliLoginResult
  /** Whether the program can ask its user for the number that the page shows. Default false. */
  readonly canAskForNumber?: boolean
  /** Milliseconds between two polls, and what a poll that comes too early adds. Default `cliLogin.interval` and five seconds (RFC 8628 §3.5). */
  readonly pace?: { readonly interval: number; readonly step: number }
  readonly client?: Client
}

/** What a program shows and keeps. The secret is shown only this once. */
export interface BegunCliLogin {
  readonly id: ChallengeId
  /** Without a dash, as `parseUserCode` gives it. */
  readonly code: string
  readonly secret: Redacted.Redacted<string>
  /** Milliseconds. */
  readonly expiresIn: number
  /** Milliseconds between two polls. */
  readonly interval: number
  readonly hasNumber: boolean
}

/** What a program presents when it polls. */
export interface CliLoginToCollect {
  readonly secret: SecretText
  /** The user code, where the program sends it too: it must be that of the secret. */
  readonly code?: string
  /** What the program calls itself, where it says so again: it must be what it began with. */
  readonly program?: string
  /** The number that its user typed. */
  readonly number?: string
  readonly client?: Client
}

/** What a poll finds. */
export type Collected =
  | {
      /** The user has not decided. */
      readonly status: "pending"
      /** The poll came before its time; the interval has grown. */
      readonly isEarly: boolean
      /** Milliseconds until the next poll. */
      readonly interval: number
    }
  | {
      /** The user has approved, and the program must send the number that the page shows. */
      readonly status: "number-needed"
      readonly attemptsLeft: number
      readonly interval: number
    }
  | ({ readonly status: "token"; readonly user: User } & IssuedToken)
  | ({ readonly status: "session"; readonly user: User } & OpenedSession)

/** An approved challenge, and the number for the program, if it must repeat one. */
export interface ApprovedCliLogin {
  readonly challenge: ApprovedChallenge
  readonly number: Redacted.Redacted<string> | null
  /** Whether this call approved it. False when the same user had done so before: the number is a new one. */
  readonly isDone: boolean
}

/** Programs that log in through a browser (RFC 8628). */
export interface CliLoginService {
  /** Starts a CLI login. Counts for the program's network, and writes one row. */
  readonly begin: (
    wanted?: CliLoginToBegin
  ) => Effect.Effect<
    BegunCliLogin,
    | CliLoginDisabled
    | TokensDisabled
    | ProgramNameInvalid
    | ScopeNotGrantable
    | NumberNotSupported
    | TooManyChallenges
    | TooManyAttempts
    | StoreError
  >
  /**
   * The CLI login of a code that a user typed or followed, which from now on is that user's alone (DEV-09). A wrong code counts for the
   * user and the network (DEV-04). One that this user has decided is given in the state that it has.
   */
  readonly lookUp: (
    actor: Actor,
    code: string,
    client?: Client
  ) => Effect.Effect<
    OwnChallenge,
    | CliLoginDisabled
    | ApproverNotAllowed
    | CliLoginNotFound
    | CliLoginExpired
    | TooManyAttempts
    | CredentialEnded
    | StoreError
  >
  /** A CLI login that the user has claimed, in any state, even if its time is over. */
  readonly find: (userId: UserId, id: ChallengeId) => Effect.Effect<OwnChallenge, CliLoginNotFound | StoreError>
  /**
   * Lets the program log in as the actor. Approving again, by the same user, only makes a new number. Whether the actor must prove who
   * they are again is up to the caller. When what they act with has ended since they were identified, no program gets anything by it.
   */
  readonly approve: (
    actor: Actor,
    id: ChallengeId,
    client?: Client
  ) => Effect.Effect<
    ApprovedCliLogin,
    | CliLoginDisabled
    | ApproverNotAllowed
    | OtherNetwork
    | TokensDisabled
    | TooManyTokens
    | CliLoginNotFound
    | CliLoginExpired
    | CliLoginDecided
    | CredentialEnded
    | StoreError
  >
  /** Refuses the program, also after an approval, until it has collected its token. Denying again changes nothing and succeeds. */
  readonly deny: (
    actor: Actor,
    id: ChallengeId,
    client?: Client
  ) => Effect.Effect<
    DeniedChallenge,
    ApproverNotAllowed | CliLoginNotFound | CliLoginExpired | CliLoginDecided | CredentialEnded | StoreError
  >
  /**
   * What the program has come to. Once approved, it gets its token or session, which is made now, after the approver is checked again
   * (DEV-07). Of any number of polls exactly one gets it (DEV-06); an answer that is lost is lost (DEV-08).
   */
  readonly collect: (
    presented: CliLoginToCollect
  ) => Effect.Effect<
    Collected,
    CliLoginDisabled | CliLoginNotFound | CliLoginExpired | CliLoginDenied | TokensDisabled | TooManyTokens | StoreError
  >
  /**
   * The CLI logins that the user claimed, newest first, at most `limit` (default 50, at most 500); `after` continues a list at its
   * last one.
   */
  readonly list: (userId: UserId, page?: Partial<ListPage>) => Effect.Effect<ReadonlyArray<OwnChallenge>, StoreError>
}
