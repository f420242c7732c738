import type { Instant } from "@latchkey/core"
import type { FormErrors } from "../page/form.ts"
import type { PageUser } from "../page/form-owner.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"

/** One of the user's access tokens. It contains no secret: the id can only be used to revoke or rotate it. */
export interface TokenView {
  readonly id: string
  readonly name: string
  /** The last characters of the token's text; empty for one of another system. */
  readonly hint: string
  readonly scopes: ReadonlyArray<string>
  readonly createdAt: Instant
  /** Null if never. */
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
  /** A replacement was issued: this token stays valid only until it expires. */
  readonly isReplaced: boolean
  readonly isImported: boolean
  /** GET here asks whether to revoke the token, and POST revokes it. */
  readonly revokePath: string
  /** GET here asks whether to rotate the token, and POST rotates it. */
  readonly rotatePath: string
}

/** A scope that a token can have. */
export interface ScopeChoice {
  readonly name: string
  /** What it allows, in words. */
  readonly about: string
  /** The name its box is posted under. */
  readonly field: string
  readonly isChosen: boolean
}

/** A line for the command line that uses a new token, and what it is for. */
export interface TokenUsage {
  readonly label: string
  readonly command: string
}

/** The view for GET /tokens/, and for POST /tokens/ after it created a token or failed. */
export interface TokensView extends PageView {
  readonly user: PageUser
  readonly tokens: ReadonlyArray<TokenView>
  /** The page with the next older ones; null if these are the last. */
  readonly olderPath: string | null
  /** The first page; null if this is it. */
  readonly newestPath: string | null
  /** The token that was just created, with its secret and lines that use it. No other page ever shows the secret. */
  readonly issued: {
    readonly name: string
    readonly secret: string
    readonly usage: ReadonlyArray<TokenUsage>
  } | null
  readonly scopes: ReadonlyArray<ScopeChoice>
  /** Lifetimes to choose from: whole days, or `never`. */
  readonly lifetimes: ReadonlyArray<string>
  readonly form: {
    readonly name: string
    readonly expiresInDays: string
    /** Posted as `idempotency_key`: of all forms with one key, the first makes a token. */
    readonly idempotencyKey: string
    readonly errors: FormErrors<"name" | "expires_in_days" | "scopes" | "current_password">
  }
  /** The log-in is too old to create tokens without the password. */
  readonly asksCurrentPassword: boolean
  /** Milliseconds that a rotated token stays valid. */
  readonly overlap: number
  readonly now: Instant
  readonly notice: Notice | null
}
