import { type Identity, type IssuedToken, TokenId, TokenNotFound, Tokens } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AskPage } from "../page/ask-page.tsx"
import type { FormErrors } from "../page/form.ts"
import { json, page, reply } from "../surface/answer.ts"
import { optionalText, wholeNumber } from "../surface/body-fields.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { askToRotate } from "./questions.ts"
import { revokeTokenInBrowser } from "./revoke-routes.ts"
import { IssuedTokenBody, issuedTokenBody } from "./token-bodies.ts"
import { findToken, group, ifEnabled, isGone, policy, prove, tokenProblems } from "./token-route.ts"
import { type Showing, tokensPage } from "./tokens-page.ts"

/** The page, as it is now. */
export const showPage = (call: Call<Identity, unknown>, context: SurfaceContext, showing: Showing) =>
  tokensPage(context, { revoke: revokeTokenInBrowser, rotate: rotateToken }, call, showing)

/** The only answer that contains a token's secret: the page after a POST. Reloading it never shows this one again (PAT-03). */
export const shown = Effect.fnUntraced(function* (
  call: Call<Identity, unknown>,
  issued: IssuedToken,
  context: SurfaceContext
) {
  return call.wantsPage
    ? reply(page(yield* showPage(call, context, { issued }), 201))
    : reply(json(issuedTokenBody(issued), 201))
})

/** The page that asks whether to rotate a token. */
const askToRotateToken: Route = route({
  method: "GET",
  path: "/tokens/:id/rotate",
  group,
  summary: "Show the page that asks whether to rotate a token",
  policy,
  outcomes: [
    { status: 200, about: "The page" },
    {
      status: 303,
      about: "Redirects a browser: to the login page, or from a token that is gone or rotated to the tokens page"
    },
    { status: 403, about: "Tokens are turned off, or the calling token may not manage tokens" },
    { status: 404, about: "You have no live token with this id, or it has already been rotated, for programs" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* ifEnabled(context)
    const token = yield* findToken(call)
    if (token === null) return yield* isGone(call, context, "gone")
    if (token.replacedBy !== null) return yield* isGone(call, context, "rotated-before")
    return reply(page(context.draw(AskPage, yield* askToRotate(context, call, token, rotateToken))))
  })
})

const rotateToken: Route = route({
  method: "POST",
  path: "/tokens/:id/rotate",
  group,
  summary: "Rotate a token: issues a replacement, while the old token stays valid for a time",
  policy,
  body: Schema.Struct({
    /** Hours that the old token stays valid; 0 ends it at once. The page sends text: nothing for the usual time, or 0. */
    overlap_hours: Schema.optionalKey(
      Schema.NullOr(
        Schema.Union([
          wholeNumber.check(Schema.isBetween({ minimum: 0, maximum: 366 * 24 })),
          Schema.Literals(["", "0"])
        ])
      )
    ),
    current_password: optionalText
  }),
  outcomes: [
    { status: 201, about: "The new token with its secret", schema: IssuedTokenBody },
    { status: 303, about: "The token is gone or rotated already; redirects a browser to the tokens page" },
    {
      status: 403,
      about:
        "Tokens are turned off, the calling token may not create tokens, or the current password is missing or wrong"
    },
    { status: 404, about: "You have no live token with this id, or it has already been rotated, for programs" },
    { status: 409, about: "The user already has the maximum number of live tokens" },
    { status: 422, about: "A field is not valid; browsers see the question again" },
    tooMany
  ],
  handle: (call, context) => {
    const { overlap_hours: hours, current_password: current } = call.body
    const attempt = Effect.gen(function* () {
      yield* ifEnabled(context)
      yield* prove(call, current ?? "", context)
      const overlap = isUsual(hours) ? {} : { overlap: `${Number(hours)} hours` as const }
      const options = { ...overlap, client: call.client }
      const id = TokenId(call.parameters.id ?? "")
      const tokens = yield* Tokens
      return yield* shown(call, yield* tokens.rotate(call.identity, id, options), context)
    })
    const questionAgain = Effect.fnUntraced(function* (errors: FormErrors) {
      const token = yield* findToken(call)
      if (token === null) return yield* new TokenNotFound()
      const refused = { overlapHours: isUsual(hours) ? "" : String(hours), errors }
      return context.draw(AskPage, yield* askToRotate(context, call, token, rotateToken, refused))
    })
    return Effect.catchTag(orPageAgain(attempt, call, tokenProblems, questionAgain), "TokenNotFound", () =>
      isGone(call, context, "rotated-before")
    )
  }
})

/** Whether nobody asked for another time than the one in the options. */
const isUsual = (hours: number | string | null | undefined): hours is "" | null | undefined =>
  hours === undefined || hours === null || hours === ""

export const rotateRoutes: ReadonlyArray<Route> = [askToRotateToken, rotateToken]
