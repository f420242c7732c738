import {
  ChallengeId,
  type CliLoginDecided,
  type CliLoginExpired,
  CliLogins,
  type Identity,
  isUserCodeOf,
  reveal,
  viaSession
} from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { FormErrors } from "../page/form.ts"
import type { NoticeCode } from "../page/notice.tsx"
import { proofProblems, proveSelf } from "../sessions/prove-self.ts"
import { empty, json, page, redirect, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { ifOwnForm, isOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { ApprovedBody, approvedBody } from "./cli-login-body.ts"
import { type CliLoginLinks, cliLoginView, type Showing, stateOf } from "./cli-login-view.ts"
import { codePage, noCode } from "./code-form.ts"
import { pages } from "./groups.ts"
import { CliLoginPage } from "./page.tsx"

/** What every row has: only a person decides, with a session that the server can end (DEV-14). */
export const common = { group: pages, onlyIn: "session", policy: viaSession } as const

/** The address of the page about a program. */
export const pathOf = (
  { places }: SurfaceContext,
  id: string,
  query: Readonly<Record<string, string>> = {}
): string => {
  const search = new URLSearchParams(query)
  return `${places.linkTo(showCliLoginById, { id })}${search.size === 0 ? "" : `?${search}`}`
}

const idOf = ({ parameters }: Call<Identity, unknown>): ChallengeId => ChallengeId(parameters.id ?? "")

/** The page about the program of an address, as it is now. */
const programPage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Call<Identity, unknown>,
  showing: Showing
) {
  const cliLogins = yield* CliLogins
  const challenge = yield* cliLogins.find(call.identity.user.id, idOf(call))
  const links: CliLoginLinks = { show: showCliLoginById, approve: approveCliLogin, deny: denyCliLogin }
  return context.draw(CliLoginPage, yield* cliLoginView(context, links, call, challenge, showing))
})

/** The page about one program, in every state. Opening it changes nothing (DEV-11). */
export const showCliLoginById: Route = route({
  ...common,
  method: "GET",
  path: "/auth/cli/:id",
  summary: "Show the page about a program whose code you entered: who asks, and what has become of it",
  query: [{ name: "code", about: "The code, for comparing", schema: Schema.String }],
  outcomes: [
    { status: 200, about: "The page" },
    { status: 404, about: "You have entered no code of this program" }
  ],
  handle: (call, context) =>
    Effect.map(programPage(context, call, { code: call.query.get("code") }), (markup) => reply(page(markup)))
})

const DecisionForm = { code: formText, user: optionalText }

const approveProblems = {
  ...proofProblems,
  OtherNetwork: () => ({ status: 403, errors: { form: ["other-network"] } }),
  TooManyTokens: ({ most }) => ({ status: 409, errors: { form: ["too-many-tokens", most] } })
} satisfies FormProblems

/**
 * Approves a program whose code the user has compared. It needs what creating a token needs: a recent log-in, or the password. Where
 * the program must repeat a number, this answer shows it, and the same form again makes another one (DEV-20).
 */
export const approveCliLogin: Route = route({
  ...common,
  method: "POST",
  path: "/auth/cli/:id/approve",
  page: showCliLoginById,
  summary: "Let a program log in, from the page about it",
  body: Schema.Struct({ ...DecisionForm, current_password: formText }),
  outcomes: [
    {
      status: 200,
      about: "Approved: the page with the number that the program asks for, or JSON for programs that take it",
      schema: ApprovedBody
    },
    { status: 303, about: "Approved, or decided before; redirects a browser to the page about the program" },
    {
      status: 403,
      about:
        "CLI logins or tokens are turned off, the caller cannot approve, or the program runs in a network that is refused"
    },
    { status: 404, about: "You have entered no code of this program; or, for programs, it was decided before" },
    { status: 409, about: "The user already has the maximum number of live tokens; browsers see the page again" },
    { status: 410, about: "The code has expired, for programs" },
    { status: 422, about: "The code or the password is missing or wrong; browsers see the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const { code, current_password: current } = call.body
    const id = idOf(call)
    const attempt = Effect.gen(function* () {
      yield* ifOwnForm(call)
      const cliLogins = yield* CliLogins
      const asked = yield* cliLogins.find(call.identity.user.id, id)
      const { name } = stateOf(asked, yield* Clock.currentTimeMillis)
      if (name === "undecided" && !isUserCodeOf(asked, code)) return yield* Effect.fail(noCode(""))
      if (name === "undecided" || name === "approved")
        yield* proveSelf(call, current === "" ? undefined : current, "confirm", context)
      const { number } = yield* cliLogins.approve(call.identity, id, call.client)
      if (call.wantsJson) return reply(json(approvedBody(number === null ? null : reveal(number))))
      if (number === null) return reply(redirect(pathOf(context, id)))
      return reply(page(yield* programPage(context, call, { code, number: reveal(number) })))
    }).pipe(
      Effect.catchTag(["CliLoginDecided", "CliLoginExpired"], (error) =>
        toldBefore(call, context, error, { denied: "denied-before" })
      )
    )
    return orPageAgain(attempt, call, approveProblems, (errors) =>
      isOwnForm(call) ? programPage(context, call, { code, errors }) : claimedByOther(context, call, errors)
    )
  }
})

/** Denies a program. It needs no password: whoever is at the screen may refuse. */
export const denyCliLogin: Route = route({
  ...common,
  method: "POST",
  path: "/auth/cli/:id/deny",
  page: showCliLoginById,
  summary: "Deny a program, from the page about it or from the profile",
  body: Schema.Struct(DecisionForm),
  outcomes: [
    { status: 303, about: "Denied, or decided before; redirects a browser to the page about the program" },
    { status: 204, about: "Denied, for programs that take JSON" },
    { status: 404, about: "You have entered no code of this program; or, for programs, it was decided before" },
    { status: 410, about: "The code has expired, for programs" },
    { status: 422, about: "The form was opened for another user; browsers see the page for a code" }
  ],
  handle: (call, context) => {
    const id = idOf(call)
    const attempt = Effect.gen(function* () {
      yield* ifOwnForm(call)
      const cliLogins = yield* CliLogins
      yield* cliLogins.deny(call.identity, id, call.client)
      return reply(goOn(call, pathOf(context, id), empty))
    }).pipe(
      Effect.catchTag(["CliLoginDecided", "CliLoginExpired"], (error) =>
        toldBefore(call, context, error, { redeemed: "collected-before" })
      )
    )
    return orPageAgain(attempt, call, {}, (errors) =>
      isOwnForm(call)
        ? programPage(context, call, { code: call.body.code, errors })
        : claimedByOther(context, call, errors)
    )
  }
})

/** The page for a code, without the one that the form had: another account has claimed it, so it leads this one to nothing. */
const claimedByOther = (context: SurfaceContext, call: Call<Identity, unknown>, errors: FormErrors) =>
  codePage(context, call, { code: "", isGiven: false, errors })

/** A browser is told on the page what had become of the program by then, as after a second click. A program gets the refusal. */
const toldBefore = (
  call: Call<Identity, unknown>,
  context: SurfaceContext,
  error: CliLoginDecided | CliLoginExpired,
  notices: { readonly [State in CliLoginDecided["state"]]?: NoticeCode }
) => {
  if (!call.wantsPage) return Effect.fail(error)
  const done = error._tag === "CliLoginDecided" ? notices[error.state] : undefined
  return Effect.succeed(reply(redirect(pathOf(context, idOf(call), done === undefined ? {} : { done }))))
}
