import {
  type Identity,
  type ListPage,
  ownScopes,
  SessionId,
  type SessionIdentity,
  Sessions,
  scope,
  traceOf,
  viaSession
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AskPage } from "../page/ask-page.tsx"
import { empty, json, page, redirect, reply } from "../surface/answer.ts"
import { goOn } from "../surface/go-on.ts"
import { findEntry, nextLink, pageQuery, readPage } from "../surface/list-page.ts"
import { SessionNotFound } from "../surface/problems.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import { currentSessionId } from "./browser-session.ts"
import { profileLink } from "./profile-link.ts"
import { askToEnd, askToEndOthers } from "./questions.ts"
import { SessionBody, sessionBody } from "./session-body.ts"

const group = { name: "sessions", base: "/sessions" }

/** A token cannot list or end sessions, unless a scope allows it to change credentials (PAT-04). */
const policy = scope(ownScopes.credentials)

const byOwner = ({ identity, client }: Pick<Call<Identity, unknown>, "identity" | "client">) =>
  ({ ...traceOf(identity, client), as: "owner" }) as const

/** Ends one of the caller's sessions. A session of another user is answered as if it did not exist (SES-11). */
const endOne = Effect.fnUntraced(function* (call: Call<Identity, unknown>) {
  const sessions = yield* Sessions
  const key = { owner: call.identity.user.id, id: SessionId(call.parameters.id ?? "") }
  const isEnded = yield* sessions.close(key, byOwner(call))
  if (!isEnded) return yield* Effect.fail(new SessionNotFound())
})

const endOthers = (call: Call<SessionIdentity, unknown>) =>
  Effect.flatMap(Sessions, (sessions) => sessions.closeOthers(call.identity.session, byOwner(call)))

const listSessions: Route = route({
  method: "GET",
  path: "/sessions",
  group,
  summary: "List your live sessions, newest first",
  policy,
  query: pageQuery,
  outcomes: [
    {
      status: 200,
      about: "The sessions. If there are more, Link names the next page",
      schema: Schema.Array(SessionBody)
    },
    { status: 422, about: "The query is not valid" }
  ],
  handle: Effect.fnUntraced(function* ({ identity, query }, { places }) {
    const sessions = yield* Sessions
    const { entries, next } = yield* readPage(query, (page) => sessions.list(identity.user.id, page))
    const body = entries.map((session) => sessionBody(session, currentSessionId(identity)))
    return reply(json(body, 200, nextLink(places.linkTo(listSessions), next)))
  })
})

const endSessionById: Route = route({
  method: "DELETE",
  path: "/sessions/:id",
  group,
  summary: "End one of your sessions",
  policy,
  outcomes: [
    { status: 204, about: "Ended" },
    { status: 404, about: "You have no session with this id" }
  ],
  handle: (call) => Effect.as(endOne(call), reply(empty))
})

const endOtherSessions: Route = route({
  method: "DELETE",
  path: "/sessions",
  group,
  summary: "End all your sessions except this one",
  policy: viaSession,
  outcomes: [{ status: 204, about: "Ended" }],
  handle: (call) => Effect.as(endOthers(call), reply(empty))
})

/** The page that asks whether to end one session. */
const askToEndOne: Route = route({
  method: "GET",
  path: "/sessions/:id/revoke",
  group,
  summary: "Show the page that asks whether to end one of your sessions",
  policy,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "You have no session with this id; redirects a browser to the profile" },
    { status: 404, about: "You have no session with this id, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const sessions = yield* Sessions
    const read = (page: ListPage) => sessions.list(call.identity.user.id, page)
    const session = yield* findEntry(read, call.parameters.id ?? "")
    if (session !== null) return reply(page(context.draw(AskPage, askToEnd(context, call, session, endOneInBrowser))))
    if (!call.wantsPage) return yield* Effect.fail(new SessionNotFound())
    return reply(redirect(profileLink(context, "?done=gone")))
  })
})

/** The page that asks whether to end all other sessions. */
const askToEndTheOthers: Route = route({
  method: "GET",
  path: "/sessions/revoke-others",
  group,
  summary: "Show the page that asks whether to end all your sessions except this one",
  policy: viaSession,
  outcomes: [{ status: 200, about: "The page" }],
  handle: (call, context) =>
    Effect.succeed(reply(page(context.draw(AskPage, askToEndOthers(context, call, endOthersInBrowser)))))
})

/**
 * The button of one session, from its question. A browser that posts it twice is answered as the first time. Whoever ends the
 * session that they came with is logged out.
 */
export const endOneInBrowser: Route = route({
  method: "POST",
  path: "/sessions/:id/revoke",
  group,
  summary: "End one of your sessions, from the profile page",
  policy,
  outcomes: [
    { status: 303, about: "Ended; redirects to the profile, or to the login page if it was this session" },
    { status: 204, about: "Ended, for programs that take JSON" },
    { status: 404, about: "You have no session with this id, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* Effect.catchTag(endOne(call), "SessionNotFound", (error) =>
      call.wantsPage ? Effect.void : Effect.fail(error)
    )
    if (call.identity.via === "session" && call.parameters.id === call.identity.session.id) {
      return reply(
        goOn(call, `${context.site.paths.login}?done=logged-out`, empty),
        context.caller.sessionCookie.clear()
      )
    }
    return reply(goOn(call, profileLink(context, "?done=session"), empty))
  })
})

/** The button for all other sessions, from its question. */
export const endOthersInBrowser: Route = route({
  method: "POST",
  path: "/sessions/revoke-others",
  group,
  summary: "End all your sessions except this one, from the profile page",
  policy: viaSession,
  outcomes: [
    { status: 303, about: "Ended; redirects to the profile" },
    { status: 204, about: "Ended, for programs that take JSON" }
  ],
  handle: (call, context) =>
    Effect.as(endOthers(call), reply(goOn(call, profileLink(context, "?done=sessions"), empty)))
})

export const sessionRoutes: ReadonlyArray<Route> = [
  listSessions,
  endOtherSessions,
  endSessionById,
  askToEndTheOthers,
  endOthersInBrowser,
  askToEndOne,
  endOneInBrowser
]
