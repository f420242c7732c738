import { Admin, admin, SessionId, Sessions, TokenId, TokenNotFound, Tokens } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { currentSessionId } from "../../sessions/browser-session.ts"
import { SessionBody, sessionBody } from "../../sessions/session-body.ts"
import { empty, json, reply } from "../../surface/answer.ts"
import { nextLink, pageQuery, readPage } from "../../surface/list-page.ts"
import { SessionNotFound } from "../../surface/problems.ts"
import { type Route, route } from "../../surface/route.ts"
import { TokenListBody, tokenBody } from "../../tokens/token-bodies.ts"
import { group } from "../group.ts"
import { target } from "../target.ts"

// A user's sessions and tokens, as administrators see and end them. Whoever ends all of them names an address of its own: an id that is
// left out, a wildcard or an empty list never means all (ADM-08).

const nobody = { status: 404, about: "There is no such user, or the id is none" }
const badQuery = { status: 422, about: "The query is not valid" }

const listSessions: Route = route({
  method: "GET",
  path: "/admin/users/:id/sessions",
  group,
  summary: "List a user's live sessions, newest first",
  policy: admin,
  refusals: "problems",
  query: pageQuery,
  outcomes: [
    {
      status: 200,
      about: "The sessions. If there are more, Link names the next page",
      schema: Schema.Array(SessionBody)
    },
    nobody,
    badQuery
  ],
  handle: Effect.fnUntraced(function* (call, { places }) {
    const { id } = yield* target(call)
    const sessions = yield* Sessions
    const { entries, next } = yield* readPage(call.query, (page) => sessions.list(id, page))
    const body = entries.map((session) => sessionBody(session, currentSessionId(call.identity)))
    return reply(json(body, 200, nextLink(places.linkTo(listSessions, { id }), next)))
  })
})

const endSession: Route = route({
  method: "DELETE",
  path: "/admin/users/:id/sessions/:session",
  group,
  summary: "End one session of a user",
  policy: admin,
  refusals: "problems",
  outcomes: [
    { status: 204, about: "Ended" },
    { status: 404, about: "There is no such user, or they have no session with this id" }
  ],
  handle: Effect.fnUntraced(function* (call) {
    const { id: owner } = yield* target(call)
    const service = yield* Admin
    const id = SessionId(call.parameters.session ?? "")
    const isEnded = yield* service.closeSession(call.identity, { owner, id }, call.client)
    return isEnded ? reply(empty) : yield* Effect.fail(new SessionNotFound())
  })
})

const listTokens: Route = route({
  method: "GET",
  path: "/admin/users/:id/tokens",
  group,
  summary: "List a user's live tokens, newest first. Never their secrets",
  policy: admin,
  refusals: "problems",
  query: pageQuery,
  outcomes: [
    { status: 200, about: "The tokens. If there are more, Link names the next page", schema: TokenListBody },
    nobody,
    badQuery
  ],
  handle: Effect.fnUntraced(function* (call, { places }) {
    const { id } = yield* target(call)
    const tokens = yield* Tokens
    const { entries, next } = yield* readPage(call.query, (page) => tokens.list(id, page))
    return reply(json(entries.map(tokenBody), 200, nextLink(places.linkTo(listTokens, { id }), next)))
  })
})

const revokeToken: Route = route({
  method: "DELETE",
  path: "/admin/users/:id/tokens/:token",
  group,
  summary: "Revoke one token of a user. It stops working at once",
  policy: admin,
  refusals: "problems",
  outcomes: [
    { status: 204, about: "Revoked" },
    { status: 404, about: "There is no such user, or they have no token with this id" }
  ],
  handle: Effect.fnUntraced(function* (call) {
    const { id: owner } = yield* target(call)
    const service = yield* Admin
    const id = TokenId(call.parameters.token ?? "")
    const isRevoked = yield* service.revokeToken(call.identity, { owner, id }, call.client)
    return isRevoked ? reply(empty) : yield* new TokenNotFound()
  })
})

const endCredentials: Route = route({
  method: "DELETE",
  path: "/admin/users/:id/credentials",
  group,
  summary: "End all sessions and tokens of a user at once. The password stays",
  policy: admin,
  refusals: "problems",
  outcomes: [{ status: 204, about: "Ended" }, nobody],
  handle: Effect.fnUntraced(function* (call) {
    const { id } = yield* target(call)
    const service = yield* Admin
    yield* service.endCredentials(call.identity, id, call.client)
    return reply(empty)
  })
})

export const credentialRoutes: ReadonlyArray<Route> = [
  listSessions,
  endSession,
  listTokens,
  revokeToken,
  endCredentials
]
