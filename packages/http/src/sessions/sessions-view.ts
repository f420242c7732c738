import { hasScope, type Identity, ownScopes, Sessions } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { orNoList, readPage } from "../surface/list-page.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { currentSessionId } from "./browser-session.ts"
import { endOneInBrowser, endOthersInBrowser } from "./routes.ts"
import type { SessionsView, SessionView } from "./view.ts"

/** How many sessions the page shows at once, besides the one that it was asked for with: as many as weigh little with all else there. */
export const SESSIONS_SHOWN = 7

/** The caller's sessions as the profile shows them: this one first, then the page that the query asks for. */
export const sessionsView = Effect.fnUntraced(function* (
  { places, site }: SurfaceContext,
  { identity, query }: Pick<Call<Identity, unknown>, "identity" | "query">,
  /** What becomes of the page if the store is away: a page for the list fails, and one with a refused form leaves it out. */
  inOutage: "fail" | "leave-out"
) {
  const sessions = yield* Sessions
  const canEnd = places.serves(endOneInBrowser) // a list without a way to end anything would only worry people
  const listed = readPage(query, (page) => sessions.list(identity.user.id, page), SESSIONS_SHOWN)
  const { entries, next } =
    canEnd && hasScope(identity.scopes, ownScopes.credentials)
      ? yield* inOutage === "fail" ? listed : orNoList(listed)
      : { entries: [], next: null }
  const current = currentSessionId(identity)
  const isFirstPage = !query.has("before")
  const mine = canEnd && isFirstPage && "session" in identity ? [identity.session] : []
  const others = entries.filter(({ id }) => id !== current)
  const view: SessionsView = {
    sessions: [...mine, ...others].map(
      (each): SessionView => ({
        ...each,
        isCurrent: each.id === current,
        revokePath: places.linkTo(endOneInBrowser, { id: each.id })
      })
    ),
    olderPath: next === null ? null : `${site.paths.profile}${next}#sessions`,
    newestPath: isFirstPage ? null : `${site.paths.profile}#sessions`,
    revokeOthersPath: places.linkTo(endOthersInBrowser),
    now: yield* Clock.currentTimeMillis
  }
  return view
})
