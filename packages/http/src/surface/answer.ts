import type { Markup } from "../page/view.ts"
import type { RouteError } from "./problems.ts"

/** What a handler answers. The responder turns it into bytes and headers. */
export type Answer =
  | {
      readonly _tag: "Json"
      readonly status: number
      readonly body: unknown
      readonly headers: Readonly<Record<string, string>>
    }
  | {
      readonly _tag: "Page"
      readonly status: number
      readonly markup: Markup
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly _tag: "Redirect"; readonly to: string }
  | { readonly _tag: "Empty" }
  | { readonly _tag: "File"; readonly contentType: string; readonly body: string; readonly isImmutable: boolean }

/** An answer with cookies to set, each in a header of its own (COO-07). */
export interface Reply {
  readonly answer: Answer
  readonly cookies: ReadonlyArray<string>
  /** The failure that the answer hides behind a page, for the log. */
  readonly failure?: RouteError
}

export const reply = (answer: Answer, ...cookies: ReadonlyArray<string>): Reply => ({ answer, cookies })

export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  _tag: "Json",
  status,
  body,
  headers
})
export const page = (markup: Markup, status = 200, headers: Readonly<Record<string, string>> = {}): Answer => ({
  _tag: "Page",
  status,
  markup,
  headers
})
/** See other: a browser follows with GET, so that nothing that was posted is posted again (RED-05). */
export const redirect = (to: string): Answer => ({ _tag: "Redirect", to })
export const empty: Answer = { _tag: "Empty" }
