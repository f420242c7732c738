import {
  type AccessToken,
  Admin,
  type AuthServices,
  admin,
  type Identity,
  parseUserId,
  type Session,
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
import type { AskFact } from "../page/ask-page.tsx"
import { sessionName } from "../sessions/session-name.ts"
import { empty, redirect, reply } from "../surface/answer.ts"
import { goOn } from "../surface/go-on.ts"
import { findEntry } from "../surface/list-page.ts"
import { type RouteError, SessionNotFound } from "../surface/problems.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { Texts } from "../texts/texts.ts"
import { group } from "./group.ts"
import { askAboutUser, askRoute } from "./questions.ts"
import { orUserIsGone } from "./target.ts"
import { nameOf, userPath } from "./user-views.ts"

/** What a user has several of, each of which ends by itself. */
interface Kind<Entry> {
  readonly name: "session" | "token"
  readonly summaries: { readonly ask: string; readonly end: string }
  readonly find: (owner: UserId, id: string) => Effect.Effect<Entry | null, RouteError, AuthServices>
  readonly question: (entry: Entry, user: User, texts: Texts) => string
  readonly facts: (entry: Entry, texts: Texts) => ReadonlyArray<AskFact>
  /** False when it was gone already. */
  readonly end: (
    call: Pick<Call<Identity, unknown>, "identity" | "client">,
    owner: UserId,
    id: string
  ) => Effect.Effect<boolean, RouteError, AuthServices>
  readonly notFound: () => RouteError
}

const sessionKind: Kind<Session> = {
  name: "session",
  summaries: {
    ask: "Show the page that asks whether to end a session of a user",
    end: "End a session of a user, from their page"
  },
  find: (owner, id) => Sessions.use((sessions) => findEntry((part) => sessions.list(owner, part), id)),
  question: (session, user, texts) => texts.admin.ask.session.question(sessionName(session, texts), nameOf(user)),
  facts: ({ createdAt, lastSeenAt, userAgent }, { sessions: words }) => [
    { label: words.started, value: createdAt },
    { label: words.lastSeen, value: lastSeenAt },
    ...(userAgent === null ? [] : [{ label: words.userAgent, value: userAgent }])
  ],
  end: ({ identity, client }, owner, id) =>
    Admin.use((service) => service.closeSession(identity, { owner, id: SessionId(id) }, client)),
  notFound: () => new SessionNotFound()
}

const tokenKind: Kind<AccessToken> = {
  name: "token",
  summaries: {
    ask: "Show the page that asks whether to revoke a token of a user",
    end: "Revoke a token of a user, from their page"
  },
  find: (owner, id) => Tokens.use((tokens) => findEntry((part) => tokens.list(owner, part), id)),
  question: (token, user, texts) => texts.admin.ask.token.question(token.name, nameOf(user)),
  facts: ({ createdAt, lastUsedAt }, { tokens: { list: words } }) => [
    { label: words.created, value: createdAt },
    { label: words.lastUsed, value: lastUsedAt ?? words.neverUsed }
  ],
  end: ({ identity, client }, owner, id) =>
    Admin.use((service) => service.revokeToken(identity, { owner, id: TokenId(id) }, client)),
  notFound: () => new TokenNotFound()
}

/** The two routes of a kind: the page that asks, and its form. */
const routesOf = <Entry extends { readonly id: string }>(kind: Kind<Entry>) => {
  const { name } = kind
  const path = `/admin/users/:id/${name}s/:${name}/revoke`
  const shown = `?done=user-${name}#${name}s`

  const ask = askRoute({
    path,
    summary: kind.summaries.ask,
    ask: Effect.fnUntraced(function* (call, context, user) {
      const found = yield* kind.find(user.id, call.parameters[name] ?? "")
      if (found === null) {
        if (!call.wantsPage) return yield* Effect.fail(kind.notFound())
        return reply(redirect(userPath(context, user.id, shown)))
      }
      return yield* askAboutUser(context, call, user, {
        words: { ...call.texts.admin.ask[name], question: kind.question(found, user, call.texts) },
        facts: kind.facts(found, call.texts),
        action: context.places.linkTo(end, { id: user.id, [name]: found.id }),
        from: `#${name}s`
      })
    })
  })

  const end: Route = route({
    method: "POST",
    path,
    group,
    summary: kind.summaries.end,
    policy: admin,
    outcomes: [
      { status: 303, about: "Ended; redirects to the user's page. The same form again is answered alike" },
      { status: 204, about: "Ended, for programs that take JSON" },
      { status: 404, about: "It is not there, for programs" }
    ],
    handle: (call, context) =>
      orUserIsGone(
        Effect.gen(function* () {
          const owner = parseUserId(call.parameters.id ?? "")
          if (owner === null) return yield* new UserNotFound()
          const id = call.parameters[name] ?? ""
          const isEnded = yield* kind.end(call, owner, id)
          if (!isEnded && !call.wantsPage) return yield* Effect.fail(kind.notFound())
          const isOwn = call.identity.via === "session" && id === call.identity.session.id
          const to = isOwn ? `${context.site.paths.login}?done=logged-out` : userPath(context, owner, shown)
          return reply(goOn(call, to, empty), ...(isOwn ? [context.caller.sessionCookie.clear()] : []))
        }),
        call,
        context
      )
  })

  return { ask, end }
}

export const { ask: askToEndSession, end: endSession } = routesOf(sessionKind)
export const { ask: askToRevokeToken, end: revokeToken } = routesOf(tokenKind)
