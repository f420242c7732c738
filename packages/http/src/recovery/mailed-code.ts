import {
  CodeInvalid,
  type CodePurpose,
  Codes,
  type Identity,
  type OpenedCode,
  Recovery,
  type StoreError
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import { type Reply, redirect, reply } from "../surface/answer.ts"
import { RouteProblem } from "../surface/problem.ts"
import { problemOf } from "../surface/problems.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

/** For how long a browser keeps a code from a link: the page can be reloaded, and the form be filled in. */
const KEPT_SECONDS = 3_600

type PageCall = Pick<Call<Identity | null, unknown>, "query" | "mailedCode" | "texts">

/**
 * Opens the page of a link. Its code goes into a cookie that no script can read, and the browser to the same page without it: from then on
 * it is in no address bar, history, log or Referer (REC-10). Opening a link changes nothing else, because programs that look for
 * malicious mails open links too (REC-11).
 */
export const openLink = <E, R>(
  { query, mailedCode }: PageCall,
  { caller }: SurfaceContext,
  path: string,
  purpose: CodePurpose,
  show: (token: string | null) => Effect.Effect<Reply, E, R>
): Effect.Effect<Reply, E, R | Codes> => {
  const token = query.get("token")
  if (token === null) return show(mailedCode)
  return Codes.useSync((codes) =>
    reply(redirect(path), ...(codes.keyOf(token, purpose) === null ? [] : [caller.codeCookie.set(token, KEPT_SECONDS)]))
  )
}

/** What a code would do. If it would do nothing, the page says why, and leads to where another can be had. */
export const openCode = Effect.fnUntraced(function* (
  token: string | null,
  purpose: CodePurpose,
  call: Pick<PageCall, "texts">,
  context: SurfaceContext
): Effect.fn.Return<OpenedCode & { readonly token: string }, RouteProblem | StoreError, Recovery> {
  const recovery = yield* Recovery
  if (token === null)
    return yield* Effect.fail(invalidCode(new CodeInvalid({ reason: "unknown" }), purpose, call, context))
  const opened = yield* Effect.catchTag(recovery.open(token, purpose), "CodeInvalid", (invalid) =>
    Effect.fail(invalidCode(invalid, purpose, call, context))
  )
  return { ...opened, token }
})

/** The problem of a code that does nothing, with the way to another. */
export const invalidCode = (
  invalid: CodeInvalid,
  purpose: CodePurpose,
  { texts }: Pick<PageCall, "texts">,
  { offers, site }: SurfaceContext
): RouteProblem => {
  const labels = texts.recovery.another
  const links: { readonly [Purpose in CodePurpose]?: { readonly label: string; readonly href: string } } = {
    reset: { label: labels.reset, href: site.paths.forgot },
    verify: { label: labels.verify, href: site.paths.verifyEmail },
    "change-email": { label: labels["change-email"], href: site.paths.profile }
  }
  const link = links[purpose]
  return new RouteProblem({ ...problemOf(invalid), ...(link !== undefined && offers("forgot") ? { link } : {}) })
}

/** The name of a user, as the pages of a code show it. */
export const accountOf = ({ user }: Pick<OpenedCode, "user">): string => user.username ?? user.email ?? ""
