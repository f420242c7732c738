import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { MailKind } from "./mail.ts"

/** The address of the page that acts on a token from a mail of this kind. */
export type LinkTo = (kind: MailKind, token: string) => string | null

/** Where the pages are that mails link to. Core serves no pages: whoever serves them says so, and the last to say so is right. */
export class Links extends Context.Service<
  Links,
  {
    readonly serve: (linkTo: LinkTo) => void
    /** Null as long as nobody serves such pages. */
    readonly linkTo: (kind: MailKind, token: string) => string | null
  }
>()("@latchkey/core/Links") {
  static readonly layer: Layer.Layer<Links> = Layer.effect(
    Links,
    Effect.sync(() => {
      let served: LinkTo | null = null
      return {
        serve: (linkTo) => {
          served = linkTo
        },
        linkTo: (kind, token) => served?.(kind, token) ?? null
      }
    })
  )
}
