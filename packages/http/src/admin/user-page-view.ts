import { type AccessToken, type Identity, type Session, Sessions, Tokens, type User } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form.ts"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { currentSessionId } from "../sessions/browser-session.ts"
import { addedActions } from "../surface/administration.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import { isPageQuery, orNoList, type Paged, readPage } from "../surface/list-page.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { showAudit } from "./audit-routes.ts"
import { roleChoices } from "./boxes.ts"
import { formOfTyped, seenText, type TypedUser, typedOf } from "./edit-form.ts"
import { endSession, revokeToken } from "./end-one-routes.ts"
import { askToEndAll } from "./end-routes.ts"
import { askToImpersonate } from "./impersonate-routes.ts"
import { mustProveAdmin } from "./prove-admin.ts"
import { askToRemoveUser } from "./remove-routes.ts"
import { AdminUserPage } from "./user-page.tsx"
import { userPath, userViews } from "./user-views.ts"
import type { AdminList, AdminTokenView, AdminUserPageView } from "./view.ts"

/** How many sessions and tokens the page shows at once: as many as weigh little beside the form. */
export const SHOWN = 3

/** Names the page of the list of tokens, where `before` names that of the sessions. */
const TOKENS_PAGE = "tokens"

const notices: ReadonlyArray<NoticeCode> = [
  "user-added",
  "user-invited",
  "user-saved",
  "user-link",
  "user-ended",
  "user-session",
  "user-token",
  "acting-stopped"
]

/** The form as it was refused. */
export interface RefusedEdit {
  readonly typed: TypedUser
  readonly seen: string
  readonly errors: FormErrors
  /** Whether somebody else changed the user meanwhile. */
  readonly isStale: boolean
}

/** The addresses of the routes that draw this page. */
interface Links {
  readonly save: Endpoint
  readonly sendLink: Endpoint
}

/** The page of a user, as they are now. */
export const userPage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  links: Links,
  call: Pick<Call<Identity, unknown>, "identity" | "query" | "texts">,
  user: User,
  refused: RefusedEdit | null = null
) {
  const { administration, places, settings, site } = context
  const { identity, query, texts } = call
  const id = { id: user.id }
  const typed = refused?.typed ?? typedOf(user)
  const [subject] = yield* userViews([user], context, texts)
  if (subject === undefined) return yield* Effect.die(new Error("a list of one user has none"))
  const view: AdminUserPageView = {
    ...context.viewFor(call, site.paths.admin),
    user: identity.user,
    subject,
    isSelf: user.id === identity.user.id,
    logins: settings.logins,
    form: formOfTyped(typed),
    roles: roleChoices(settings.roles, user.roles, typed.roles),
    seen: refused?.seen ?? seenText(user),
    errors: refused?.errors ?? {},
    isStale: refused?.isStale ?? false,
    asksCurrentPassword: yield* mustProveAdmin(identity),
    path: places.linkTo(links.save, id),
    listPath: site.paths.admin,
    revokeAllPath: places.linkTo(askToEndAll, id),
    deletePath: places.linkTo(askToRemoveUser, id),
    passwordLinkPath: context.offers("forgot") && user.email !== null ? places.linkTo(links.sendLink, id) : null,
    impersonatePath: mayActAs(user, identity, context) ? places.linkTo(askToImpersonate, id) : null,
    auditPath: `${places.linkTo(showAudit)}?${new URLSearchParams({ user: user.id })}`,
    sessions: yield* sessionList(context, call, user, refused !== null),
    tokens: yield* tokenList(context, query, user, refused !== null),
    actions: addedActions(administration, user, texts),
    now: yield* Clock.currentTimeMillis,
    notice: refused === null ? noticeIn(call, notices) : null
  }
  return context.draw(AdminUserPage, view)
})

/** Whether to offer it. The services decide (IMP-01, IMP-02). */
const mayActAs = (user: User, identity: Identity, { settings: { impersonation } }: SurfaceContext): boolean =>
  identity.via === "session" &&
  impersonation.enabled &&
  user.isActive &&
  user.id !== identity.user.id &&
  (!user.isSuperuser || impersonation.ofSuperusers)

/** Whether a query names pages of both lists that there may be. */
export const isUserQuery = (query: URLSearchParams): boolean => isPageQuery(query) && isPageQuery(tokensQuery(query))

const tokensQuery = (query: URLSearchParams): URLSearchParams => {
  const place = query.get(TOKENS_PAGE)
  return new URLSearchParams(place === null ? {} : { before: place })
}

const sessionList = Effect.fnUntraced(function* (
  context: SurfaceContext,
  { identity, query }: Pick<Call<Identity, unknown>, "identity" | "query">,
  user: User,
  isRefused: boolean
) {
  const sessions = yield* Sessions
  const listed = readPage(query, (part) => sessions.list(user.id, part), SHOWN)
  const { entries, next }: Paged<Session> = yield* isRefused ? orNoList(listed) : listed
  const current = currentSessionId(identity)
  return {
    entries: entries.map((each) => ({
      ...each,
      isCurrent: each.id === current,
      revokePath: context.places.linkTo(endSession, { id: user.id, session: each.id })
    })),
    olderPath: next === null ? null : userPath(context, user.id, `${next}#sessions`),
    newestPath: query.has("before") ? userPath(context, user.id, "#sessions") : null
  }
})

const tokenList = Effect.fnUntraced(function* (
  context: SurfaceContext,
  query: URLSearchParams,
  user: User,
  isRefused: boolean
) {
  const tokens = yield* Tokens
  const listed = readPage(tokensQuery(query), (part) => tokens.list(user.id, part), SHOWN)
  const { entries, next }: Paged<AccessToken> = yield* isRefused ? orNoList(listed) : listed
  const place = next === null ? null : new URLSearchParams(next).get("before")
  const list: AdminList<AdminTokenView> = {
    entries: entries.map(({ id, name, hint, scopes, createdAt, lastUsedAt }) => ({
      id,
      name,
      hint,
      scopes,
      createdAt,
      lastUsedAt,
      revokePath: context.places.linkTo(revokeToken, { id: user.id, token: id })
    })),
    olderPath:
      place === null ? null : userPath(context, user.id, `?${new URLSearchParams({ [TOKENS_PAGE]: place })}#tokens`),
    newestPath: query.has(TOKENS_PAGE) ? userPath(context, user.id, "#tokens") : null
  }
  return list
})
