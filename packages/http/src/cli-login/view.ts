import type { DeniedBy, Instant } from "@latchkey/core"
import type { FormErrors } from "../page/form.ts"
import type { PageUser } from "../page/form-owner.tsx"
import type { MessageAction } from "../page/message.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"

/** The view for GET /auth/cli, and for POST /auth/cli when it failed: the page on which a user enters the code of a program. */
export interface CliCodeView extends PageView {
  readonly user: PageUser
  /** What the address or the refused form had, or empty. */
  readonly code: string
  /** Whether the code came with the address, so that the user compares it and types nothing. */
  readonly isGiven: boolean
  readonly errors: FormErrors<"code">
}

/** What has become of a program that asks to log in. */
export type CliLoginState =
  | { readonly name: "undecided" }
  | {
      readonly name: "approved"
      /** Whether the program must repeat a number that this page shows. */
      readonly hasNumber: boolean
      /** Six digits. Only the answer to the approval has them; null on every later page. */
      readonly number: string | null
      /** How many wrong numbers the program may still send; null if it has sent none. */
      readonly attemptsLeft: number | null
    }
  | { readonly name: "denied"; readonly by: DeniedBy }
  | { readonly name: "logged-in"; readonly at: Instant }
  | { readonly name: "expired" }

/** What a program gets once it is approved, and for how many milliseconds. */
export type CliLoginResultView =
  | { readonly kind: "token"; readonly lifetime: number }
  | { readonly kind: "session"; readonly idle: number; readonly absolute: number }

/** The view for GET /auth/cli/:id, and for the forms that approve or deny. Name, address and agent are what the program sent. */
export interface CliLoginView extends PageView {
  readonly user: PageUser
  /** What the program calls itself. */
  readonly program: string
  /** The code that the user compares, as `BCDF-GHJK`. Null if the page was opened without it: then it asks for the code. */
  readonly code: string | null
  /** Null if it is not collected. */
  readonly address: string | null
  /** "curl" or "Firefox on Linux", or else the beginning of what the program sent; null if it is not collected. */
  readonly agent: string | null
  readonly askedAt: Instant
  /** What the program may do; empty for who its user is, and nothing else. A session may do everything. */
  readonly scopes: ReadonlyArray<{ readonly name: string; readonly about: string }>
  readonly result: CliLoginResultView
  /** Whether the program runs in the network of this browser. */
  readonly network: "same" | "other" | "unknown"
  /** Whether the options refuse a program of this network. */
  readonly isNetworkRefused: boolean
  readonly state: CliLoginState
  /** POST here approves, and makes a new number where there is one. */
  readonly approvePath: string
  /** POST here denies. */
  readonly denyPath: string
  readonly asksCurrentPassword: boolean
  readonly errors: FormErrors<"code" | "current_password">
  /** Where to go from here, the most helpful first. */
  readonly actions: ReadonlyArray<MessageAction>
  readonly now: Instant
  readonly notice: Notice | null
}

/** One of the programs whose code the user entered. */
export interface CliLoginEntry {
  readonly id: string
  readonly program: string
  readonly address: string | null
  readonly agent: string | null
  readonly askedAt: Instant
  readonly state: CliLoginState["name"]
  /** The page about it. */
  readonly path: string
  /** POST here denies; null when there is nothing to deny. */
  readonly denyPath: string | null
}

/** The programs whose code the user entered, as a part of a page. */
export interface CliLoginsView {
  /** A page of them, newest first. */
  readonly entries: ReadonlyArray<CliLoginEntry>
  /** The page with the next older ones; null if these are the last. */
  readonly olderPath: string | null
  /** The first page; null if this is it. */
  readonly newestPath: string | null
}
