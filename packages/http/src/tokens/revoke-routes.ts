import { type Identity, TokenId, TokenNotFound, Tokens, traceOf } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { AskPage } from "../page/ask-page.tsx"
import { empty, page, reply } from "../surface/answer.ts"
import { goOn } from "../surface/go-on.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import { askToRevoke } from "./questions.ts"
import { findToken, group, isGone, policy } from "./token-route.ts"

/** Ends one of the caller's tokens. A token of another user is answered as if it did not exist (PAT-07). */
const endToken = Effect.fnUntraced(function* (call: Call<Identity, unknown>) {
  const tokens = yield* Tokens
  const key = { owner: call.identity.user.id, id: TokenId(call.parameters.id ?? "") }
  const by = { ...traceOf(call.identity, call.client), as: "owner" } as const
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
export const revokeTokenInBrowser: Route = route({
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

export const revokeRoutes: ReadonlyArray<Route> = [revokeToken, askToRevokeToken, revokeTokenInBrowser]
