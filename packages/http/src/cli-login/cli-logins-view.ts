import { CliLogins, type Identity, type OwnChallenge } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { isPageQuery, orNoList, readPage } from "../surface/list-page.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import type { Texts } from "../texts/texts.ts"
import { shownAgent, stateOf } from "./cli-login-view.ts"
import { denyCliLogin, showCliLoginById } from "./decide-routes.ts"
import type { CliLoginEntry, CliLoginsView } from "./view.ts"

/** How many programs the profile shows at once: as many as weigh little beside a full list of sessions, with the longest names. */
export const CLI_LOGINS_SHOWN = 3

/** Names the page of this list in the address of the profile, where `before` names that of the sessions. */
const PAGE = "programs"

/** The caller's CLI logins as the profile shows them. None for a token, which cannot decide them. */
export const cliLoginsView = Effect.fnUntraced(function* (
  { places, site }: SurfaceContext,
  { identity, query, texts }: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  /** What becomes of the page if the store is away: as with the sessions. */
  inOutage: "fail" | "leave-out"
) {
  const cliLogins = yield* CliLogins
  const now = yield* Clock.currentTimeMillis
  const listed = readPage(ownQuery(query), (page) => cliLogins.list(identity.user.id, page), CLI_LOGINS_SHOWN)
  const { entries, next } =
    places.serves(showCliLoginById) && identity.via === "session"
      ? yield* inOutage === "fail" ? listed : orNoList(listed)
      : { entries: [], next: null }
  const pageAt = (place: string) => `${site.paths.profile}?${new URLSearchParams({ [PAGE]: place })}#programs`
  const place = next === null ? null : new URLSearchParams(next).get("before")
  const view: CliLoginsView = {
    entries: entries.map((challenge) => entryOf(challenge, now, places, texts)),
    olderPath: place === null ? null : pageAt(place),
    newestPath: query.has(PAGE) ? `${site.paths.profile}#programs` : null
  }
  return view
})

/** Whether a query of the profile names a page of this list that there may be. */
export const isCliLoginsQuery = (query: URLSearchParams): boolean => isPageQuery(ownQuery(query))

const ownQuery = (query: URLSearchParams): URLSearchParams => {
  const place = query.get(PAGE)
  return new URLSearchParams(place === null ? {} : { before: place })
}

const entryOf = (
  challenge: OwnChallenge,
  now: number,
  places: SurfaceContext["places"],
  texts: Texts
): CliLoginEntry => {
  const { id, program, ip, createdAt } = challenge
  const { name } = stateOf(challenge, now)
  const isOpen = name === "undecided" || name === "approved"
  return {
    id,
    program,
    address: ip,
    agent: shownAgent(challenge, texts),
    askedAt: createdAt,
    state: name,
    path: places.linkTo(showCliLoginById, { id }),
    denyPath: isOpen ? places.linkTo(denyCliLogin, { id }) : null
  }
}
