import type { Instant } from "@latchkey/core"
import type { FormErrors } from "../page/form-errors.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"

/** One of the user's access tokens. It holds no secret: the id revokes it and proves nothing. */
export interface TokenView {
  readonly id: string
  readonly name: string
  /** The last characters of the token's text; empty for one of another system. */
  readonly hint: string
  readonly scopes: ReadonlyArray<string>
  readonly createdAt: Instant
  /** Null for never. */
  readonly expiresAt: Instant | null
  readonly lastUsedAt: Instant | null
  /** Another was made in its place: it goes on only until its end. */
  readonly isReplaced: boolean
  readonly isImported: boolean
  /** POST here revokes the token. */
  readonly revokePath: string
  /** POST here makes another in its place. */
  readonly rotatePath: string
}

/** Something a token can be allowed. */
export interface ScopeChoice {
  readonly name: string
  /** What it allows, in words. */
  readonly about: string
  /** The name its box is posted under. */
  readonly field: string
  readonly isChosen: boolean
}

/** GET /tokens/, and POST /tokens/ when it made a token or failed. */
export interface TokensView extends PageView {
  readonly user: { readonly username: string | null; readonly email: string | null }
  readonly tokens: ReadonlyArray<TokenView>
  /** The token that was just made, with its secret: this page is the only one that ever shows it. */
  readonly issued: { readonly name: string; readonly secret: string } | null
  readonly scopes: ReadonlyArray<ScopeChoice>
  /** Lifetimes to choose from: whole days, or `never`. */
  readonly lifetimes: ReadonlyArray<string>
  readonly form: {
    readonly name: string
    readonly expiresInDays: string
    readonly errors: FormErrors<"name" | "expires_in_days" | "scopes" | "current_password">
  }
  /** The log-in is too old to make tokens without the password. */
  readonly asksCurrentPassword: boolean
  /** Milliseconds that a rotated token goes on. */
  readonly overlap: number
  readonly now: Instant
  readonly notice: Notice | null
}
