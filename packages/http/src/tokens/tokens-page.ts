import { hasScope, type Identity, type IssuedToken, reveal, Tokens } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form.ts"
import { noticeIn } from "../page/notice.tsx"
import { mustProve } from "../sessions/prove-self.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import { readPage } from "../surface/list-page.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { scopeText } from "../texts/scope-text.ts"
import { TokensPage } from "./page.tsx"
import { boxOf, type IssueTokenBody, scopesIn } from "./token-bodies.ts"
import type { TokensView } from "./view.ts"

/** What differs from a plain GET of the page. */
export interface Showing {
  /** The token that was just created, shown only this once. */
  readonly issued?: IssuedToken
  /** The values of the refused form. */
  readonly filled?: IssueTokenBody
  readonly errors?: FormErrors
}

/** How many tokens the page shows at once. */
const TOKENS = 20

const DAY = 86_400_000

/** Lifetimes to choose from, in days, as far as the settings allow them. */
const CHOICES = [1, 7, 30, 90, 180, 365]

/** The paths of a token's buttons. */
interface Buttons {
  readonly revoke: Endpoint
  readonly rotate: Endpoint
}

/** The page of the caller's tokens, as they are now. */
export const tokensPage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  buttons: Buttons,
  call: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  { issued, filled, errors = {} }: Showing
) {
  const { identity, query } = call
  const service = yield* Tokens
  const { places, settings, site } = context
  const { tokens: options } = settings
  const chosen = filled === undefined ? [] : scopesIn(filled)
  const { entries: tokens, next } = yield* readPage(query, (page) => service.list(identity.user.id, page), TOKENS)
  const usual = Math.max(1, Math.floor(options.lifetime / DAY))
  const days = [...new Set([...CHOICES, usual])].filter((each) => each * DAY <= options.longest).sort((a, b) => a - b)
  const view: TokensView = {
    ...context.viewFor(call, site.paths.tokens),
    user: identity.user,
    tokens: tokens.map((token) => ({
      ...token,
      isReplaced: token.replacedBy !== null,
      revokePath: places.linkTo(buttons.revoke, { id: token.id }),
      rotatePath: places.linkTo(buttons.rotate, { id: token.id })
    })),
    olderPath: next === null ? null : `${site.paths.tokens}${next}#tokens`,
    issued: issued === undefined ? null : { name: issued.token.name, secret: reveal(issued.secret) },
    scopes: Object.entries(options.scopes)
      .filter(([name]) => hasScope(identity.scopes, name))
      .map(([name, about]) => ({
        name,
        about: scopeText(call.texts, name, about),
        field: boxOf(name),
        isChosen: chosen.includes(name)
      })),
    lifetimes: [...days.map(String), ...(options.mayBeEndless ? ["never"] : [])],
    form: {
      name: filled?.name ?? "",
      expiresInDays: String(filled?.expires_in_days ?? usual),
      errors
    },
    asksCurrentPassword: identity.via !== "token" && (yield* mustProve(identity, context)),
    overlap: options.overlap,
    now: yield* Clock.currentTimeMillis,
    notice: issued === undefined ? noticeIn(call, ["revoked"]) : null
  }
  return context.draw(TokensPage, view)
})
