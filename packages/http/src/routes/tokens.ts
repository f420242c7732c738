import {
  type Identity,
  type IssuedToken,
  ownScopes,
  scope,
  TokenId,
  TokenNotFound,
  Tokens,
  TokensDisabled
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { empty, json, page, redirect, reply } from "../surface/answer.ts"
import { paths } from "../surface/paths.ts"
import type { Toolkit } from "../surface/toolkit.ts"
import { proveSelf } from "./prove-self.ts"
import { orPageAgain } from "./refused-form.ts"
import { type Call, route, tooMany } from "./route.ts"
import { optionalText } from "./schemas.ts"
import {
  IssuedTokenBody,
  IssueTokenBody,
  issuedTokenBody,
  TokenListBody,
  tokenBody,
  tokenToIssue
} from "./token-bodies.ts"
import { tokensPage } from "./tokens-page.ts"

const group = "tokens"

/** Whoever manages tokens has a session, or a token that was made for it (PAT-04). */
const policy = scope(ownScopes.tokens)

const ifEnabled = (tools: Toolkit): Effect.Effect<void, TokensDisabled> =>
  tools.settings.tokens.enabled ? Effect.void : Effect.fail(new TokensDisabled())

/** A token that may make tokens needs no password: its scope says so. */
const prove = (call: Pick<Call<Identity, unknown>, "identity" | "client">, current: string, tools: Toolkit) =>
  call.identity.via === "token" ? Effect.void : proveSelf(call, current === "" ? undefined : current, "confirm", tools)

const listTokens = route({
  method: "GET",
  path: "/tokens/",
  group,
  summary: "One's live access tokens, newest first: a page for people. Never their secrets",
  policy,
  outcomes: [
    { status: 200, about: "The page, or the tokens", schema: TokenListBody },
    { status: 403, about: "Tokens are turned off, or the token that asks may not manage tokens" }
  ],
  handle: Effect.fnUntraced(function* (call, tools) {
    yield* ifEnabled(tools)
    if (call.wantsPage) return reply(page(yield* tokensPage(tools, call, {})))
    return reply(json((yield* (yield* Tokens).list(call.identity.user.id)).map(tokenBody)))
  })
})

/**
 * The one answer that holds a token's secret: a page that a POST made. To load it again is to send the form again, which may
 * make another token, but shows this one never more (PAT-03).
 */
const shown = Effect.fnUntraced(function* (call: Call<Identity, unknown>, issued: IssuedToken, tools: Toolkit) {
  return call.wantsPage
    ? reply(page(yield* tokensPage(tools, call, { issued }), 201))
    : reply(json(issuedTokenBody(issued), 201))
})

const issueToken = route({
  method: "POST",
  path: "/tokens/",
  group,
  summary: "Make an access token. Its text is told this once",
  policy,
  body: IssueTokenBody,
  outcomes: [
    { status: 201, about: "The token with its secret text", schema: IssuedTokenBody },
    {
      status: 403,
      about:
        "Tokens are turned off, the token that asks may not make tokens, or the current password is needed or wrong"
    },
    { status: 409, about: "The user has as many live tokens as one may have" },
    { status: 422, about: "A field is not right; the page again for people" },
    tooMany
  ],
  handle: (call, tools) => {
    const attempt = Effect.gen(function* () {
      yield* ifEnabled(tools)
      yield* prove(call, call.body.current_password ?? "", tools)
      const wanted = { ...tokenToIssue(call.body), client: call.client }
      return yield* shown(call, yield* (yield* Tokens).issue(call.identity, wanted), tools)
    })
    return orPageAgain(attempt, call.wantsPage, (errors) => tokensPage(tools, call, { filled: call.body, errors }))
  }
})

const rotateToken = route({
  method: "POST",
  path: "/tokens/:id/rotate",
  group,
  summary: "Make a token in the place of one of one's own, which goes on for a while",
  policy,
  body: Schema.Struct({
    /** Hours that the old one goes on; 0 ends it at once. */
    overlap_hours: Schema.optionalKey(
      Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 366 * 24 })))
    ),
    current_password: optionalText
  }),
  outcomes: [
    { status: 201, about: "The new token with its secret text", schema: IssuedTokenBody },
    {
      status: 403,
      about:
        "Tokens are turned off, the token that asks may not make tokens, or the current password is needed or wrong"
    },
    { status: 404, about: "No such live token of one's own, or it was rotated before" },
    { status: 409, about: "The user has as many live tokens as one may have" },
    tooMany
  ],
  handle: (call, tools) => {
    const { overlap_hours: hours, current_password: current } = call.body
    const attempt = Effect.gen(function* () {
      yield* ifEnabled(tools)
      yield* prove(call, current ?? "", tools)
      const overlap = hours === undefined || hours === null ? {} : { overlap: `${hours} hours` as const }
      const options = { ...overlap, client: call.client }
      const id = TokenId(call.parameters.id ?? "")
      return yield* shown(call, yield* (yield* Tokens).rotate(call.identity, id, options), tools)
    })
    return orPageAgain(attempt, call.wantsPage, (errors) => tokensPage(tools, call, { errors }))
  }
})

/** Ends one of the caller's tokens; another's id is as unknown as one that never was (PAT-07). */
const endToken = Effect.fnUntraced(function* (call: Call<Identity, unknown>) {
  const key = { owner: call.identity.user.id, id: TokenId(call.parameters.id ?? "") }
  const by = { actor: call.identity.user.id, client: call.client, as: "owner" } as const
  if (!(yield* (yield* Tokens).revoke(key, by))) return yield* new TokenNotFound()
})

const revokeToken = route<Identity>({
  method: "DELETE",
  path: "/tokens/:id",
  group,
  summary: "Revoke one of one's own tokens: it opens nothing from now on",
  policy,
  outcomes: [
    { status: 204, about: "Revoked" },
    { status: 404, about: "No such token of one's own" }
  ],
  handle: (call) => Effect.as(endToken(call), reply(empty))
})

const revokeTokenInBrowser = route<Identity>({
  method: "POST",
  path: "/tokens/:id/revoke",
  group,
  summary: "Revoke one of one's own tokens, from the page",
  policy,
  outcomes: [
    { status: 303, about: "Back to the tokens" },
    { status: 404, about: "No such token of one's own" }
  ],
  handle: (call) => Effect.as(endToken(call), reply(redirect(`${paths.tokens}?done=revoked`)))
})

export const tokenRoutes = [listTokens, issueToken, rotateToken, revokeToken, revokeTokenInBrowser]
