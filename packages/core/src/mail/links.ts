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
    /** Null where that page is not served, and as long as nobody serves such pages: the log then has a warning, once. */
    readonly linkTo: (kind: MailKind, token: string) => Effect.Effect<string | null>
  }
>()("@latchkey/core/Links") {
  static readonly layer: Layer.Layer<Links> = Layer.effect(
    Links,
    Effect.sync(() => {
      let served: LinkTo | null = null
      let hasWarned = false
      return {
        serve: (linkTo) => {
          served = linkTo
        },
        linkTo: (kind, token) =>
          Effect.suspend(() => {
            if (served !== null) return Effect.succeed(served(kind, token))
            if (hasWarned) return Effect.succeed(null)
            hasWarned = true
            return Effect.as(Effect.logWarning(NOBODY_SERVES, { kind }), null)
          })
      }
    })
  )
}

/** As in a worker that sends mails and serves no HTTP. A mailer that makes links of its own from the token needs none. */
const NOBODY_SERVES =
  "a mail has no link, because nothing in this process serves the pages. Call makeSurface, honoAuth or expressAuth here too, even if nothing is mounted: it tells where the pages are"
