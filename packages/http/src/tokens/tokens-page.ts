import { hasScope, type Identity, type IssuedToken, RandomBytes, reveal, Tokens } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form.ts"
import { type Notice, noticeIn } from "../page/notice.tsx"
import { mustProve } from "../sessions/prove-self.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import { orNoList, readPage } from "../surface/list-page.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { scopeText } from "../texts/scope-text.ts"
import { TokensPage } from "./page.tsx"
import { boxOf, type IssueTokenBody, scopesIn } from "./token-bodies.ts"
import { tokenUsage } from "./token-usage.ts"
import type { TokensView } from "./view.ts"

/** What differs from the first page of the list, as it is now. */
export interface Showing {
  /** Which page of the list. */
  readonly query?: URLSearchParams
  /** The token that was just created, shown only this once. */
  readonly issued?: IssuedToken
  /** The values of the refused form. It keeps its key: with the mistake mended it is still the same submission. */
  readonly filled?: IssueTokenBody
  readonly errors?: FormErrors
  readonly notice?: Notice
}

/** How many tokens the page shows at once: as many as weigh little also with the longest names and a new token above them. */
export const TOKENS_SHOWN = 8

const DAY = 86_400_000

/** Lifetimes to choose from, in days, as far as the settings allow them. */
const CHOICES = [1, 7, 30, 90, 180, 365]

/** The addresses that a token's links lead to. */
interface Links {
  readonly revoke: Endpoint
  readonly rotate: Endpoint
}

/** The page of the caller's tokens, as they are now. */
export const tokensPage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  links: Links,
  call: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  { query = new URLSearchParams(), issued, filled, errors = {}, notice }: Showing
) {
  const { identity } = call
  const service = yield* Tokens
  const { places, settings, site } = context
  const { tokens: options } = settings
  const chosen = filled === undefined ? [] : scopesIn(filled)
  const listed = readPage(query, (page) => service.list(identity.user.id, page), TOKENS_SHOWN)
  const saysMore = issued !== undefined || filled !== undefined || notice !== undefined
  const { entries: tokens, next } = yield* saysMore ? orNoList(listed) : listed
  const usual = Math.max(1, Math.floor(options.lifetime / DAY))
  const days = [...new Set([...CHOICES, usual])].filter((each) => each * DAY <= options.longest).sort((a, b) => a - b)
  const view: TokensView = {
    ...context.viewFor(call, site.paths.tokens),
    user: identity.user,
    tokens: tokens.map((token) => ({
      ...token,
      isReplaced: token.replacedBy !== null,
      revokePath: places.linkTo(links.revoke, { id: token.id }),
      rotatePath: places.linkTo(links.rotate, { id: token.id })
    })),
    olderPath: next === null ? null : `${site.paths.tokens}${next}#tokens`,
    newestPath: query.has("before") ? `${site.paths.tokens}#tokens` : null,
    issued: issued === undefined ? null : shownOnce(issued, context, call),
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
      idempotencyKey: filled?.idempotency_key ?? newKey(yield* RandomBytes),
      errors
    },
    asksCurrentPassword: identity.via !== "token" && (yield* mustProve(identity, context)),
    overlap: options.overlap,
    now: yield* Clock.currentTimeMillis,
    notice: notice ?? noticeIn(call, ["revoked", "gone", "rotated-before"])
  }
  return context.draw(TokensPage, view)
})

const shownOnce = (
  { token, secret }: IssuedToken,
  context: SurfaceContext,
  { texts }: Pick<Call<Identity, unknown>, "texts">
): NonNullable<TokensView["issued"]> => {
  const text = reveal(secret)
  return { name: token.name, secret: text, usage: tokenUsage(text, context, texts) }
}

/** Names one submission, so that a form that is sent twice makes one token. */
const newKey = (randomBytes: (size: number) => Uint8Array): string =>
  Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("")
