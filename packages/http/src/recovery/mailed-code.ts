import { CodeInvalid, type CodePurpose, type Identity, Recovery, type StoreError } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { NoticeCode } from "../page/notice.tsx"
import { RouteProblem } from "../surface/problem.ts"
import { problemOf } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** For how long a browser keeps a code from a link: the page can be reloaded, and the form be filled in. */
export const KEPT_SECONDS = 3_600

/** Stands in the cookie of a code that has done its work, so that whoever goes back to the page reads that. */
const USED = "used"

/** Who a page of a code is for. */
type Reader = Pick<Call<Identity | null, unknown>, "texts" | "wantsPage">

/** Takes a code that has done its work out of the browser (REC-10). Not that of a newer link. */
export const usedCookies = (
  { mailedCode }: Pick<Call<null, unknown>, "mailedCode">,
  purpose: CodePurpose,
  token: string,
  { caller }: SurfaceContext
): ReadonlyArray<string> => (mailedCode(purpose) === token ? [caller.codeCookies[purpose].set(USED, KEPT_SECONDS)] : [])

/** What a code would do. If it would do nothing, the page says why, and leads to where another can be had. */
export const openCode = Effect.fnUntraced(function* (
  token: string | null,
  purpose: CodePurpose,
  call: Reader,
  context: SurfaceContext
): Effect.fn.Return<Opened, RouteProblem | StoreError, Recovery> {
  const recovery = yield* Recovery
  if (token === null || token === USED) {
    const reason = token === USED ? "used" : "unknown"
    return yield* Effect.fail(invalidCode(new CodeInvalid({ reason }), purpose, call, context))
  }
  const { code, user, namesAddress } = yield* Effect.catchTag(recovery.open(token, purpose), "CodeInvalid", (invalid) =>
    Effect.fail(invalidCode(invalid, purpose, call, context))
  )
  const account = user.username ?? (namesAddress ? user.email : null)
  return { token, account, email: namesAddress ? code.email.typed : null }
})

/** What the page of a code shows of it. */
export interface Opened {
  readonly token: string
  /** The name of the user; null while the store is away, and for an address that the code does not name. */
  readonly account: string | null
  /** The address that the code went to; null while the store is away, and if the code does not name it. */
  readonly email: string | null
}

/** The same for a form that is shown again. It stays while the store is away: what was typed and the code are in it. */
export const reopenCode = (token: string, ...rest: [CodePurpose, Reader, SurfaceContext]) =>
  Effect.catchTag(openCode(token, ...rest), "StoreError", () =>
    Effect.succeed<Opened>({ token, account: null, email: null })
  )

/** The problem of a code that does nothing, with the way to another. */
export const invalidCode = (
  invalid: CodeInvalid,
  purpose: CodePurpose,
  { texts, wantsPage }: Reader,
  { offers, site }: SurfaceContext
): RouteProblem => {
  const labels = texts.recovery.another
  const isDone = invalid.reason === "used" && purpose !== "reset" // there is nothing to ask for again
  const links: { readonly [Purpose in CodePurpose]?: { readonly label: string; readonly href: string } } = {
    reset: { label: labels.reset, href: site.paths.forgot },
    verify: { label: labels.verify, href: site.paths.verifyEmail },
    "change-email": { label: labels["change-email"], href: site.paths.profile }
  }
  const link = links[purpose]
  return new RouteProblem({
    ...problemOf(invalid),
    ...(wantsPage ? { title: texts.recovery.invalid } : {}),
    ...(link !== undefined && !isDone && offers("forgot") ? { link } : {})
  })
}

/**
 * Where a browser goes on to when a code has done what it is for. A session of somebody else goes on, and its profile
 * says so.
 */
export const afterCode = (
  { identity }: Pick<Call<Identity | null, unknown>, "identity">,
  { offers, site }: SurfaceContext,
  whose: "own" | "other",
  to: { readonly page: "login" | "profile"; readonly done: NoticeCode }
): string => {
  const isAtHome = identity !== null && offers("profile")
  if (isAtHome && whose === "other") return `${site.paths.profile}?done=other-account`
  return `${isAtHome && to.page === "profile" ? site.paths.profile : site.paths.login}?done=${to.done}`
}
