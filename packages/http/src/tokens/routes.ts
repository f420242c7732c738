import { type Identity, type TokenAlreadyIssued, Tokens } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { json, page, redirect, reply } from "../surface/answer.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { isPageQuery, nextLink, pageQuery, readPage } from "../surface/list-page.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { TokensPage } from "./page.tsx"
import { revokeRoutes } from "./revoke-routes.ts"
import { rotateRoutes, shown, showPage } from "./rotate-routes.ts"
import { IssuedTokenBody, IssueTokenBody, TokenListBody, tokenBody, tokenToIssue } from "./token-bodies.ts"
import { group, ifEnabled, policy, prove, tokenProblems } from "./token-route.ts"

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

export const tokenRoutes: ReadonlyArray<Route> = [listTokens, issueToken, ...rotateRoutes, ...revokeRoutes]

/** By the name that a host uses to replace it. */
export const tokenPages = { tokens: TokensPage }
