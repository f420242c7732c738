import {
  type Identity,
  type IssuedToken,
  type ListPage,
  ownScopes,
  scope,
  type TokenAlreadyIssued,
  TokenId,
  TokenNotFound,
  Tokens,
  TokensDisabled
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AskPage } from "../page/ask-page.tsx"
import type { FormErrors } from "../page/form.ts"
import type { NoticeCode } from "../page/notice.tsx"
import { proofProblems, proveSelf } from "../sessions/prove-self.ts"
import { empty, json, page, type Reply, redirect, reply } from "../surface/answer.ts"
import { optionalText, wholeNumber } from "../surface/body-fields.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { findEntry, isPageQuery, nextLink, pageQuery, readPage } from "../surface/list-page.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { TokensPage } from "./page.tsx"
import { askToRevoke, askToRotate } from "./questions.ts"
import {
  IssuedTokenBody,
  IssueTokenBody,
  issuedTokenBody,
  TokenListBody,
  tokenBody,
  tokenToIssue
} from "./token-bodies.ts"
import { type Showing, tokensPage } from "./tokens-page.ts"

const group = { name: "tokens", base: "/tokens" }

const DAY = 86_400_000

const tokenProblems = {
  ...proofProblems,
  TokenNameInvalid: ({ problem }) => ({ status: 422, errors: { name: [`token-name-${problem}`] } }),
  TokenLifetimeInvalid: ({ longest }) => ({
    status: 422,
    errors: { expires_in_days: ["token-lifetime-invalid", Math.floor(longest / DAY)] }
  }),
  ScopeNotGrantable: () => ({ status: 422, errors: { scopes: ["scope-not-grantable"] } }),
  TooManyTokens: ({ most }) => ({ status: 409, errors: { form: ["too-many-tokens", most] } })
} satisfies FormProblems

/** The page, as it is now. */
const showPage = (call: Call<Identity, unknown>, context: SurfaceContext, showing: Showing) =>
  tokensPage(context, { revoke: revokeTokenInBrowser, rotate: rotateToken }, call, showing)

/** The token that an address is about; null if the caller has no live one with this id. */
const findToken = ({ identity, parameters }: Call<Identity, unknown>) =>
  Effect.flatMap(Tokens, (tokens) =>
    findEntry((page: ListPage) => tokens.list(identity.user.id, page), parameters.id ?? "")
  )

/** A browser is told on the page of all tokens that one is gone. A program gets 404. */
const isGone = (
  call: Call<Identity, unknown>,
  { site }: SurfaceContext,
  done: NoticeCode
): Effect.Effect<Reply, TokenNotFound> =>
  call.wantsPage ? Effect.succeed(reply(redirect(`${site.paths.tokens}?done=${done}`))) : new TokenNotFound()

/** Managing tokens needs a session, a password, or a token with the scope for it (PAT-04). */
const policy = scope(ownScopes.tokens)

const ifEnabled = ({ settings }: SurfaceContext): Effect.Effect<void, TokensDisabled> =>
  settings.tokens.enabled ? Effect.void : Effect.fail(new TokensDisabled())

/** A token may create tokens without a password, because its scope allows it. */
const prove = (
  call: Pick<Call<Identity, unknown>, "identity" | "client" | "device">,
  current: string,
  context: SurfaceContext
) =>
  call.identity.via === "token"
    ? Effect.void
    : proveSelf(call, current === "" ? undefined : current, "confirm", context)

export const listTokens: Route = route({
  method: "GET",
  path: "/tokens/",
  group,
  summary: "List your live access tokens, newest first, without their secrets: a page for browsers, JSON for programs",
  policy,
  query: pageQuery,
  outcomes: [
    {
      status: 200,
      about: "The page, or the tokens. If there are more, Link names the next page",
      schema: TokenListBody
    },
    {
      status: 303,
      about: "Redirects a browser: to the login page, or from a page of the list that cannot be to the first one"
    },
    { status: 403, about: "Tokens are turned off, or the calling token may not manage tokens" },
    { status: 422, about: "The query is not valid, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* ifEnabled(context)
    if (call.wantsPage) {
      if (!isPageQuery(call.query)) return reply(redirect(context.site.paths.tokens))
      return reply(page(yield* showPage(call, context, { query: call.query })))
    }
    const tokens = yield* Tokens
    const { entries, next } = yield* readPage(call.query, (page) => tokens.list(call.identity.user.id, page))
    return reply(json(entries.map(tokenBody), 200, nextLink(context.places.linkTo(listTokens), next)))
  })
})

/** The only answer that contains a token's secret: the page after a POST. Reloading it never shows this one again (PAT-03). */
const shown = Effect.fnUntraced(function* (
  call: Call<Identity, unknown>,
  issued: IssuedToken,
  context: SurfaceContext
) {
  return call.wantsPage
    ? reply(page(yield* showPage(call, context, { issued }), 201))
    : reply(json(issuedTokenBody(issued), 201))
})

/** A form that comes a second time, by a click or a reload: the token is there, and its secret is not shown again (PAT-14). */
const wasIssued = Effect.fnUntraced(function* (
  call: Call<Identity, unknown>,
  error: TokenAlreadyIssued,
  context: SurfaceContext
) {
  if (!call.wantsPage) return yield* error
  const text = call.texts.tokens.issuedBefore(error.token.name)
  const notice = { code: "token-already-issued", kind: "warning", text } as const
  return reply(page(yield* showPage(call, context, { notice }), 409))
})

const issueToken: Route = route({
  method: "POST",
  path: "/tokens/",
  group,
  summary: "Create an access token. Only this answer contains its secret",
  policy,
  body: IssueTokenBody,
  outcomes: [
    { status: 201, about: "The token with its secret", schema: IssuedTokenBody },
    {
      status: 403,
      about:
        "Tokens are turned off, the calling token may not create tokens, or the current password is missing or wrong"
    },
    {
      status: 409,
      about:
        "The user already has the maximum number of live tokens, or a token that was made with this idempotency key; browsers see the page"
    },
    { status: 422, about: "A field is not valid; browsers see the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const attempt = Effect.gen(function* () {
      yield* ifEnabled(context)
      yield* ifOwnForm(call)
      yield* prove(call, call.body.current_password ?? "", context)
      const tokens = yield* Tokens
      const wanted = { ...tokenToIssue(call.body), client: call.client }
      return yield* shown(call, yield* tokens.issue(call.identity, wanted), context)
    }).pipe(Effect.catchTag("TokenAlreadyIssued", (error) => wasIssued(call, error, context)))
    return orPageAgain(attempt, call, tokenProblems, (errors) => showPage(call, context, { filled: call.body, errors }))
  }
})

/** The page that asks whether to rotate a token. */
const askToRotateToken: Route = route({
  method: "GET",
  path: "/tokens/:id/rotate",
  group,
  summary: "Show the page that asks whether to rotate a token",
  policy,
  outcomes: [
    { status: 200, about: "The page" },
    {
      status: 303,
      about: "Redirects a browser: to the login page, or from a token that is gone or rotated to the tokens page"
    },
    { status: 403, about: "Tokens are turned off, or the calling token may not manage tokens" },
    { status: 404, about: "You have no live token with this id, or it has already been rotated, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* ifEnabled(context)
    const token = yield* findToken(call)
    if (token === null) return yield* isGone(call, context, "gone")
    if (token.replacedBy !== null) return yield* isGone(call, context, "rotated-before")
    return reply(page(context.draw(AskPage, yield* askToRotate(context, call, token, rotateToken))))
  })
})

const rotateToken: Route = route({
  method: "POST",
  path: "/tokens/:id/rotate",
  group,
  summary: "Rotate a token: issues a replacement, while the old token stays valid for a time",
  policy,
  body: Schema.Struct({
    /** Hours that the old token stays valid; 0 ends it at once. The page sends text: nothing for the usual time, or 0. */
    overlap_hours: Schema.optionalKey(
      Schema.NullOr(
        Schema.Union([
          wholeNumber.check(Schema.isBetween({ minimum: 0, maximum: 366 * 24 })),
          Schema.Literals(["", "0"])
        ])
      )
    ),
    current_password: optionalText
  }),
  outcomes: [
    { status: 201, about: "The new token with its secret", schema: IssuedTokenBody },
    { status: 303, about: "The token is gone or rotated already; redirects a browser to the tokens page" },
    {
      status: 403,
      about:
        "Tokens are turned off, the calling token may not create tokens, or the current password is missing or wrong"
    },
    { status: 404, about: "You have no live token with this id, or it has already been rotated, for programs" },
    { status: 409, about: "The user already has the maximum number of live tokens" },
    { status: 422, about: "A field is not valid; browsers see the question again" },
    tooMany
  ],
  handle: (call, context) => {
    const { overlap_hours: hours, current_password: current } = call.body
    const attempt = Effect.gen(function* () {
      yield* ifEnabled(context)
      yield* prove(call, current ?? "", context)
      const overlap = isUsual(hours) ? {} : { overlap: `${Number(hours)} hours` as const }
      const options = { ...overlap, client: call.client }
      const id = TokenId(call.parameters.id ?? "")
      const tokens = yield* Tokens
      return yield* shown(call, yield* tokens.rotate(call.identity, id, options), context)
    })
    const questionAgain = Effect.fnUntraced(function* (errors: FormErrors) {
      const token = yield* findToken(call)
      if (token === null) return yield* new TokenNotFound()
      const refused = { overlapHours: isUsual(hours) ? "" : String(hours), errors }
      return context.draw(AskPage, yield* askToRotate(context, call, token, rotateToken, refused))
    })
    return Effect.catchTag(orPageAgain(attempt, call, tokenProblems, questionAgain), "TokenNotFound", () =>
      isGone(call, context, "rotated-before")
    )
  }
})

/** Whether nobody asked for another time than the one in the options. */
const isUsual = (hours: number | string | null | undefined): hours is "" | null | undefined =>
  hours === undefined || hours === null || hours === ""

/** Ends one of the caller's tokens. A token of another user is answered as if it did not exist (PAT-07). */
const endToken = Effect.fnUntraced(function* (call: Call<Identity, unknown>) {
  const tokens = yield* Tokens
  const key = { owner: call.identity.user.id, id: TokenId(call.parameters.id ?? "") }
  const by = { actor: call.identity.user.id, client: call.client, as: "owner" } as const
  if (!(yield* tokens.revoke(key, by))) return yield* new TokenNotFound()
})

const revokeToken: Route = route({
  method: "DELETE",
  path: "/tokens/:id",
  group,
  summary: "Revoke one of your tokens. It stops working at once",
  policy,
  outcomes: [
    { status: 204, about: "Revoked" },
    { status: 404, about: "You have no token with this id" }
  ],
  handle: (call) => Effect.as(endToken(call), reply(empty))
})

/** The page that asks whether to revoke a token. */
const askToRevokeToken: Route = route({
  method: "GET",
  path: "/tokens/:id/revoke",
  group,
  summary: "Show the page that asks whether to revoke a token",
  policy,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "Redirects a browser: to the login page, or from a token that is gone to the tokens page" },
    { status: 404, about: "You have no live token with this id, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const token = yield* findToken(call)
    if (token === null) return yield* isGone(call, context, "gone")
    return reply(page(context.draw(AskPage, askToRevoke(context, call, token, revokeTokenInBrowser))))
  })
})

/** The button of the question. A browser that posts it twice is answered as the first time. */
const revokeTokenInBrowser: Route = route({
  method: "POST",
  path: "/tokens/:id/revoke",
  group,
  summary: "Revoke one of your tokens, from the tokens page",
  policy,
  outcomes: [
    { status: 303, about: "Revoked; redirects to the tokens page" },
    { status: 204, about: "Revoked, for programs that take JSON" },
    { status: 404, about: "You have no token with this id, for programs" }
  ],
  handle: (call, context) =>
    Effect.catchTag(
      Effect.as(endToken(call), reply(goOn(call, `${context.site.paths.tokens}?done=revoked`, empty))),
      "TokenNotFound",
      () => isGone(call, context, "revoked")
    )
})

export const tokenRoutes: ReadonlyArray<Route> = [
  listTokens,
  issueToken,
  askToRotateToken,
  rotateToken,
  revokeToken,
  askToRevokeToken,
  revokeTokenInBrowser
]

/** By the name that a host uses to replace it. */
export const tokenPages = { tokens: TokensPage }
