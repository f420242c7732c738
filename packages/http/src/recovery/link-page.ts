import { type CodePurpose, type Identity, Recovery, type StoreError } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Markup } from "../page/view.ts"
import { page, type Reply, redirect, reply } from "../surface/answer.ts"
import type { RouteProblem } from "../surface/problem.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { everybody, pages as group } from "./groups.ts"
import { KEPT_SECONDS, type Opened, openCode } from "./mailed-code.ts"

interface LinkPage {
  readonly path: string
  readonly purpose: CodePurpose
  readonly summary: string
  readonly draw: (context: SurfaceContext, call: Call<Identity | null, unknown>, opened: Opened) => Markup
  /** What a person sees whose code does nothing, in place of the problem. */
  readonly orDone?: (
    problem: RouteProblem,
    token: string | null,
    call: Call<Identity | null, unknown>,
    context: SurfaceContext
  ) => Effect.Effect<Reply, RouteProblem | StoreError, Recovery>
}

/** The row of a page that the link of a mail opens. */
export const linkPage = ({ path, purpose, summary, draw, orDone = Effect.fail }: LinkPage): Route => {
  const row: Route = route({
    method: "GET",
    path,
    group,
    summary,
    policy: everybody,
    query: [{ name: "token", about: "The code from the mail. It moves to a cookie", schema: Schema.String }],
    outcomes: [
      { status: 200, about: "The page" },
      {
        status: 303,
        about:
          "Redirects to the same page, without the code in its address; or to where its form leads, if that was sent"
      },
      { status: 400, about: "The code is not valid" }
    ],
    early: (query, context) => moveCode(query, purpose, context.places.linkTo(row), context),
    handle: (call, context) => {
      const token = call.mailedCode(purpose)
      return openCode(token, purpose, call, context).pipe(
        Effect.map((opened) => reply(page(draw(context, call, opened)))),
        Effect.catchTag("RouteProblem", (problem) => orDone(problem, token, call, context))
      )
    }
  })
  return row
}

/**
 * Puts the code of a link into a cookie that no script can read, and sends the browser to the same page without it:
 * from then on it is in no address bar, history, log or Referer (REC-10). Before anybody asks who is calling: the page
 * of an outage would repeat the address. Opening a link changes nothing else, because programs that look for malicious
 * mails open links too (REC-11).
 */
const moveCode = (
  query: URLSearchParams,
  purpose: CodePurpose,
  path: string,
  { caller }: SurfaceContext
): Effect.Effect<Reply | null, never, Recovery> => {
  const token = query.get("token")
  if (token === null) return Effect.succeed(null)
  const cookie = caller.codeCookies[purpose]
  return Effect.map(
    Recovery.use((recovery) => recovery.isCode(token, purpose)),
    // Junk must not bring up the code of an earlier link.
    (isCode) => reply(redirect(path), isCode ? cookie.set(token, KEPT_SECONDS) : cookie.clear())
  )
}
