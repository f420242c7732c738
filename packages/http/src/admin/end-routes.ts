import {
  Admin,
  admin,
  type Identity,
  parseUserId,
  SessionId,
  Sessions,
  TokenId,
  TokenNotFound,
  Tokens,
  type User,
  type UserId,
  UserNotFound
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import { AskPage } from "../page/ask-page.tsx"
import { sessionName } from "../sessions/session-name.ts"
import { empty, page, redirect, reply } from "../surface/answer.ts"
import { goOn } from "../surface/go-on.ts"
import { findEntry } from "../surface/list-page.ts"
import { SessionNotFound } from "../surface/problems.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { group } from "./group.ts"
import { askAboutUser } from "./questions.ts"
import { orUserIsGone, target } from "./target.ts"
import { nameOf, userPath } from "./user-views.ts"

// What ends a user's sessions and tokens, from their page. Whoever asks a second time is answered as the first time.

type Asked = Pick<Call<Identity, unknown>, "identity" | "texts" | "wantsPage" | "parameters">

const gone = {
  status: 303,
  about: "Redirects a browser: to the login page, or from what is gone to the page that it was on"
} as const

const done = { status: 303, about: "Ended; redirects to the user's page. The same form again is answered alike" }
const doneForPrograms = { status: 204, about: "Ended, for programs that take JSON" }
const nobody = { status: 404, about: "There is no such user, session or token, for programs" }

/** The id of the user; there is no such user if it is none. */
const idOf = ({ parameters }: Asked): Effect.Effect<UserId, UserNotFound> => {
  const id = parseUserId(parameters.id ?? "")
  return id === null ? Effect.fail(new UserNotFound()) : Effect.succeed(id)
}

/** Whoever ended what they came with themselves is logged out, and led to the login page. */
const cookiesFor = (isOwn: boolean, { caller }: SurfaceContext) => (isOwn ? [caller.sessionCookie.clear()] : [])

export const askToEndAll: Route = route({
  method: "GET",
  path: "/admin/users/:id/revoke",
  group,
  summary: "Show the page that asks whether to end all sessions and tokens of a user",
  policy: admin,
  outcomes: [{ status: 200, about: "The page" }, gone, nobody],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const user = yield* target(call)
        const { end } = call.texts.admin.ask
        const words = { ...end, question: end.question(nameOf(user)) }
        const asking = { words, action: context.places.linkTo(endAll, { id: user.id }), from: "#access" }
        return reply(page(context.draw(AskPage, yield* askAboutUser(context, call, user, asking))))
      }),
      call,
      context
    )
})

const endAll: Route = route({
  method: "POST",
  path: "/admin/users/:id/revoke",
  group,
  summary: "End all sessions and tokens of a user, from their page",
  policy: admin,
  outcomes: [done, doneForPrograms, nobody],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const { id } = yield* target(call)
        const service = yield* Admin
        yield* service.endCredentials(call.identity, id, call.client)
        const isOwn = id === call.identity.user.id && call.identity.via === "session"
        const to = isOwn ? `${context.site.paths.login}?done=ended` : userPath(context, id, "?done=user-ended#access")
        return reply(goOn(call, to, empty), ...cookiesFor(isOwn, context))
      }),
      call,
      context
    )
})

const askToEndSession: Route = route({
  method: "GET",
  path: "/admin/users/:id/sessions/:session/revoke",
  group,
  summary: "Show the page that asks whether to end a session of a user",
  policy: admin,
  outcomes: [{ status: 200, about: "The page" }, gone, nobody],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const user = yield* target(call)
        const sessions = yield* Sessions
        const found = yield* findEntry((part) => sessions.list(user.id, part), call.parameters.session ?? "")
        if (found === null) {
          if (!call.wantsPage) return yield* Effect.fail(new SessionNotFound())
          return reply(redirect(userPath(context, user.id, "?done=user-session#sessions")))
        }
        const { ask } = call.texts.admin
        const { started, lastSeen, userAgent } = call.texts.sessions
        const asking = {
          words: { ...ask.session, question: ask.session.question(sessionName(found, call.texts), nameOf(user)) },
          facts: [
            { label: started, value: found.createdAt },
            { label: lastSeen, value: found.lastSeenAt },
            ...(found.userAgent === null ? [] : [{ label: userAgent, value: found.userAgent }])
          ],
          action: context.places.linkTo(endSession, { id: user.id, session: found.id }),
          from: "#sessions"
        }
        return reply(page(context.draw(AskPage, yield* askAboutUser(context, call, user, asking))))
      }),
      call,
      context
    )
})

export const endSession: Route = route({
  method: "POST",
  path: "/admin/users/:id/sessions/:session/revoke",
  group,
  summary: "End a session of a user, from their page",
  policy: admin,
  outcomes: [done, doneForPrograms, nobody],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const owner = yield* idOf(call)
        const service = yield* Admin
        const id = SessionId(call.parameters.session ?? "")
        const isEnded = yield* service.closeSession(call.identity, { owner, id }, call.client)
        if (!isEnded && !call.wantsPage) return yield* Effect.fail(new SessionNotFound())
        const isOwn = call.identity.via === "session" && id === call.identity.session.id
        const to = isOwn
          ? `${context.site.paths.login}?done=logged-out`
          : userPath(context, owner, "?done=user-session#sessions")
        return reply(goOn(call, to, empty), ...cookiesFor(isOwn, context))
      }),
      call,
      context
    )
})

const askToRevokeToken: Route = route({
  method: "GET",
  path: "/admin/users/:id/tokens/:token/revoke",
  group,
  summary: "Show the page that asks whether to revoke a token of a user",
  policy: admin,
  outcomes: [{ status: 200, about: "The page" }, gone, nobody],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const user: User = yield* target(call)
        const tokens = yield* Tokens
        const found = yield* findEntry((part) => tokens.list(user.id, part), call.parameters.token ?? "")
        if (found === null) {
          if (!call.wantsPage) return yield* new TokenNotFound()
          return reply(redirect(userPath(context, user.id, "?done=user-token#tokens")))
        }
        const { ask } = call.texts.admin
        const { created, lastUsed, neverUsed } = call.texts.tokens.list
        const asking = {
          words: { ...ask.token, question: ask.token.question(found.name, nameOf(user)) },
          facts: [
            { label: created, value: found.createdAt },
            { label: lastUsed, value: found.lastUsedAt ?? neverUsed }
          ],
          action: context.places.linkTo(revokeToken, { id: user.id, token: found.id }),
          from: "#tokens"
        }
        return reply(page(context.draw(AskPage, yield* askAboutUser(context, call, user, asking))))
      }),
      call,
      context
    )
})

export const revokeToken: Route = route({
  method: "POST",
  path: "/admin/users/:id/tokens/:token/revoke",
  group,
  summary: "Revoke a token of a user, from their page",
  policy: admin,
  outcomes: [done, doneForPrograms, nobody],
  handle: (call, context) =>
    orUserIsGone(
      Effect.gen(function* () {
        const owner = yield* idOf(call)
        const service = yield* Admin
        const key = { owner, id: TokenId(call.parameters.token ?? "") }
        const isRevoked = yield* service.revokeToken(call.identity, key, call.client)
        if (!isRevoked && !call.wantsPage) return yield* new TokenNotFound()
        return reply(goOn(call, userPath(context, owner, "?done=user-token#tokens"), empty))
      }),
      call,
      context
    )
})

export const endRoutes: ReadonlyArray<Route> = [
  askToEndAll,
  endAll,
  askToEndSession,
  endSession,
  askToRevokeToken,
  revokeToken
]
