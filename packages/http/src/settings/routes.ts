import { admin, administers, RuntimeSettings, type SettingsRefused, traceOf } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { noticeIn } from "../page/notice.tsx"
import { givenPassword, proofProblems } from "../sessions/prove-self.ts"
import { json, page, reply } from "../surface/answer.ts"
import { ifOwnForm } from "../surface/form-owner.ts"
import { goOn } from "../surface/go-on.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import { SettingsPage } from "./page.tsx"
import { proveAdmin } from "./prove-admin.ts"
import { ChangeBody, SettingsBody, settingsBody } from "./settings-body.ts"
import { editsIn, faultsOf, SettingsForm, valuesOf } from "./settings-form.ts"
import { settingsPage } from "./settings-page.ts"

const group = { name: "settings", base: "/admin/settings" }

const refusals = [
  { status: 409, about: "Somebody else changed the settings meanwhile. Nothing was changed" },
  { status: 422, about: "A value is not valid, does not fit the others, or cannot be changed. Nothing was changed" }
]

export const showSettings: Route = route({
  method: "GET",
  path: "/admin/settings/",
  group,
  summary: "The settings that can be changed while the program runs: a page for browsers, JSON for programs",
  policy: admin,
  outcomes: [
    { status: 200, about: "The page, or the settings with the version that a change must name", schema: SettingsBody },
    { status: 303, about: "Redirects a browser to the login page" },
    { status: 403, about: "You are no administrator, or your token lacks the scope latchkey:admin" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    if (!call.wantsPage) {
      const runtimeSettings = yield* RuntimeSettings
      return reply(json(settingsBody(yield* runtimeSettings.list())))
    }
    const notice = noticeIn(call, ["settings"])
    return reply(page(yield* settingsPage(context, showSettings, call, { edits: {}, errors: {}, notice })))
  })
})

const changeSettings: Route = route({
  method: "PATCH",
  path: "/admin/settings/",
  group,
  summary: "Change settings, all of them or none. Null goes back to the default",
  policy: administers,
  unknownFields: "refused",
  body: ChangeBody,
  outcomes: [
    { status: 200, about: "The settings as they are now", schema: SettingsBody },
    {
      status: 403,
      about: "You are no administrator, your log-in is not recent, or your token lacks the scope latchkey:admin"
    },
    ...refusals
  ],
  handle: Effect.fnUntraced(function* (call) {
    const runtimeSettings = yield* RuntimeSettings
    return reply(json(settingsBody(yield* runtimeSettings.change(call.body, traceOf(call.identity, call.client)))))
  })
})

const saveSettings: Route = route({
  method: "POST",
  path: "/admin/settings/",
  group,
  summary: "Change settings, from their page",
  policy: admin,
  accepts: "form",
  unknownFields: "refused",
  body: SettingsForm,
  outcomes: [
    { status: 303, about: "Saved; redirects to the page" },
    { status: 200, about: "Saved: the settings as they are now, for programs that take JSON", schema: SettingsBody },
    {
      status: 403,
      about:
        "You are no administrator, or your token lacks the scope latchkey:admin; or, for programs, your log-in is not recent and the current password is missing or wrong"
    },
    ...refusals,
    tooMany
  ],
  handle: (call, context) => {
    const edits = editsIn(call.body)
    const attempt = Effect.gen(function* () {
      yield* ifOwnForm(call)
      yield* proveAdmin(call, givenPassword(call.body.current_password), context)
      const runtimeSettings = yield* RuntimeSettings
      const wanted = { version: Number(call.body.version), values: valuesOf(edits) }
      const changed = yield* runtimeSettings.change(wanted, traceOf(call.identity, call.client))
      return reply(goOn(call, `${context.places.linkTo(showSettings)}?done=settings`, json(settingsBody(changed))))
    })
    const problems = {
      ...proofProblems,
      SettingsChanged: () => ({ status: 409, errors: { form: ["settings-changed"] } }) as const,
      SettingsRefused: (error: SettingsRefused) => ({ status: 422, errors: faultsOf(error.problems, edits) })
    }
    return orPageAgain(attempt, call, problems, (errors) =>
      settingsPage(context, showSettings, call, { edits, errors, notice: null })
    )
  }
})

export const settingsRoutes: ReadonlyArray<Route> = [showSettings, changeSettings, saveSettings]

/** By the name that a host uses to replace it. */
export const settingsPages = { settings: SettingsPage }
