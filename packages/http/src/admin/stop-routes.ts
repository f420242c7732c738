import { anyone, evenPending, type Identity, isImpersonated, reveal, Sessions } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { MessagePage } from "../page/message.tsx"
import { endSession, withoutWaiting } from "../sessions/browser-session.ts"
import { empty, page, redirect, reply } from "../surface/answer.ts"
import { goOn } from "../surface/go-on.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import { group } from "./group.ts"
import { userPath } from "./user-views.ts"

/** Says as whom an administrator acts in this browser, right after they began. The banner on it has the button that ends it. */
export const showImpersonation: Route = route({
  method: "GET",
  path: "/admin/impersonation/stop",
  group,
  onlyIn: "session",
  summary: "Show as whom you act, with the button that ends it",
  policy: evenPending(anyone),
  mayImpersonate: true,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 303, about: "You act as yourself; redirects to the list of users" }
  ],
  handle: (call, context) => {
    const { site, landing } = context
    if (call.identity === null || !isImpersonated(call.identity))
      return Effect.succeed(reply(redirect(site.paths.admin)))
    const { acting } = call.texts.admin
    const shared = context.viewFor(call)
    const view = {
      ...shared,
      title: acting.title,
      text: acting.until(shared.loggedInAs ?? ""),
      code: null,
      status: null,
      actions: [{ label: acting.go(site.name), href: site.home ?? landing }]
    }
    return Effect.succeed(reply(page(context.draw(MessagePage, view))))
  }
})

/**
 * The banner's button. The administrator gets a session with a new secret, if their own still lives: the one that waited in a cookie
 * opens nothing any more (IMP-08). Otherwise they log in again. Whoever posts it twice is answered as the first time. Of two tabs at
 * once only one is given the session, so the other one changes no cookie that it may have set.
 */
const stopImpersonation: Route = route({
  method: "POST",
  path: "/admin/impersonation/stop",
  group,
  onlyIn: "session",
  summary: "Stop acting as somebody else: ends that session, and gives the administrator a new one",
  policy: evenPending(anyone),
  mayImpersonate: true,
  outcomes: [
    { status: 303, about: "Ended; redirects to the user's page with a new session, or to the login page" },
    { status: 204, about: "Ended, for programs that take JSON" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const { caller, site } = context
    const { identity } = call
    if (identity !== null && !isImpersonated(identity)) return reply(goOn(call, site.paths.admin, empty))
    const isEnded = identity !== null && (yield* endSession(identity, call.client))
    const isBrowser = identity === null || identity.via === "session"
    const restored = isBrowser ? yield* restore(call) : null
    const removed = withoutWaiting(call, context)
    if (restored !== null) {
      const to = identity === null ? site.paths.admin : userPath(context, identity.user.id, "?done=acting-stopped")
      return reply(goOn(call, to, empty), caller.sessionCookie.set(reveal(restored.secret)), ...removed)
    }
    if (!isEnded) return reply(goOn(call, site.paths.admin, empty))
    if (call.adminSecret !== null) return reply(goOn(call, site.paths.admin, empty), ...removed)
    return reply(goOn(call, `${site.paths.login}?done=ended`, empty), caller.sessionCookie.clear())
  })
})

/** The administrator's own session with a new secret; null if it has ended, or is somebody else's (IMP-12). */
const restore = Effect.fnUntraced(function* ({
  identity,
  adminSecret
}: Pick<Call<Identity | null, unknown>, "identity" | "adminSecret">) {
  if (adminSecret === null) return null
  const sessions = yield* Sessions
  const found = yield* sessions.resume(adminSecret, "browser")
  if (found === null || found.session.impersonation !== null || !found.user.isSuperuser) return null
  if (identity !== null && isImpersonated(identity) && identity.actor.id !== found.user.id) return null
  // No password was given: their log-in is as old as it was.
  const renewed = sessions.renew(found.session, found.user, { isRecent: false })
  return yield* Effect.catchTag(renewed, "SessionEnded", () => Effect.succeed(null))
})

export const stopRoutes: ReadonlyArray<Route> = [showImpersonation, stopImpersonation]
