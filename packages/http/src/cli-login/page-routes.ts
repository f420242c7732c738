import { CliLoginDisabled, CliLogins, shownUserCode } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, page, reply } from "../surface/answer.ts"
import { formText, optionalText } from "../surface/body-fields.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { type FormProblems, orPageAgain } from "../surface/or-page-again.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { CliLoginBody, cliLoginBody } from "./cli-login-body.ts"
import { shownCode } from "./cli-login-view.ts"
import { codePage, codePageAgain, enteredCode, noCode } from "./code-form.ts"
import { CliCodePage } from "./code-page.tsx"
import { approveCliLogin, common, denyCliLogin, pathOf, showCliLoginById } from "./decide-routes.ts"
import { CliLoginPage } from "./page.tsx"

const ifEnabled = ({ settings }: SurfaceContext): Effect.Effect<void, CliLoginDisabled> =>
  settings.cliLogin.enabled ? Effect.void : Effect.fail(new CliLoginDisabled())

/** Where people enter the code that a program shows: the address that programs open. Opening it changes nothing (DEV-11). */
export const showCliLogin: Route = route({
  ...common,
  method: "GET",
  path: "/auth/cli",
  summary: "Show the page on which people enter the code of a program",
  query: [{ name: "code", about: "The code, which the page fills in", schema: Schema.String }],
  outcomes: [
    { status: 200, about: "The page" },
    { status: 403, about: "CLI logins are turned off, or the caller has no session" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* ifEnabled(context)
    const code = shownCode(call.query.get("code") ?? "")
    return reply(page(codePage(context, call, { code, isGiven: code !== "", errors: {} })))
  })
})

const codeProblems = {
  CliLoginNotFound: () => ({ status: 404, errors: { code: ["user-code-unknown"] } }),
  CliLoginExpired: () => ({ status: 410, errors: { code: ["user-code-expired"] } })
} satisfies FormProblems

/**
 * Claims the challenge of a code: from then on nobody else sees it (DEV-09). The address that it leads to has the code, so that the
 * next page shows it for comparing. It is of use to nobody else any more.
 */
const enterCode: Route = route({
  ...common,
  method: "POST",
  path: "/auth/cli",
  summary: "Enter the code of a program, from the page",
  body: Schema.Struct({ code: formText, user: optionalText }),
  outcomes: [
    { status: 303, about: "Redirects to the page about the program" },
    { status: 200, about: "What the program asks for, for programs that take JSON", schema: CliLoginBody },
    { status: 403, about: "CLI logins are turned off, or the caller cannot approve any" },
    { status: 404, about: "The code leads to nothing; browsers see the page again" },
    { status: 410, about: "The code has expired; browsers see the page again" },
    { status: 422, about: "This is no code; browsers see the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const attempt = Effect.gen(function* () {
      yield* ifOwnForm(call)
      const code = enteredCode(call.body.code)
      if (code === null) return yield* Effect.fail(noCode(call.body.code))
      const cliLogins = yield* CliLogins
      const challenge = yield* cliLogins.lookUp(call.identity, code, call.client)
      const body = cliLoginBody(challenge, yield* Clock.currentTimeMillis)
      return reply(goOn(call, pathOf(context, challenge.id, { code: shownUserCode(code) }), json(body)))
    })
    return orPageAgain(attempt, call, codeProblems, (errors) => codePageAgain(context, call, errors))
  }
})

export const cliLoginPageRoutes: ReadonlyArray<Route> = [
  showCliLogin,
  enterCode,
  showCliLoginById,
  approveCliLogin,
  denyCliLogin
]

/** By the names that a host uses to replace them. */
export const cliLoginPages = { cliCode: CliCodePage, cliLogin: CliLoginPage }
