import { person } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AskPage } from "../page/ask-page.tsx"
import { givenPassword, proofProblems, proveSelf } from "../sessions/prove-self.ts"
import { json, page, reply } from "../surface/answer.ts"
import { formText } from "../surface/body-fields.ts"
import { nextLink } from "../surface/list-page.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import { type Route, route, tooMany } from "../surface/route.ts"
import { beforeIn, download, partQuery } from "./download.ts"
import { PersonalDataBody } from "./personal-data-body.ts"
import { askAboutAccount } from "./questions.ts"

const group = { name: "profile", base: "/profile" }

/**
 * For programs in which somebody has logged in a short time ago, as on the page: the data tells where they were, and
 * with which programs (PRI-02).
 */
export const showMyData: Route = route({
  method: "GET",
  path: "/users/me/data",
  group: { name: "users", base: "/users" },
  summary: "Get all that is kept of you. Needs a recent log-in",
  policy: person,
  query: partQuery,
  outcomes: [
    {
      status: 200,
      about: "Your data. If there are more events, Link names the next part",
      schema: PersonalDataBody
    },
    { status: 422, about: "The query is not valid" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    const before = yield* beforeIn(call.query)
    yield* proveSelf(call, undefined, "confirm", context)
    const { body, next } = yield* download(call.identity, before, showMyData, context)
    return reply(json(body, 200, nextLink(context.places.linkTo(showMyData), next)))
  })
})

/** The page that asks before a file with all of it is made. */
export const askToDownload: Route = route({
  method: "GET",
  path: "/profile/data",
  group,
  summary: "Show the page from which you download your data",
  policy: person,
  query: partQuery,
  outcomes: [
    { status: 200, about: "The page" },
    { status: 422, about: "The query is not valid" }
  ],
  handle: Effect.fnUntraced(function* (call, context) {
    yield* beforeIn(call.query)
    const action = actionOf(context.places.linkTo(downloadInBrowser), call.query)
    return reply(page(context.draw(AskPage, yield* askAboutAccount(context, call, "download", action))))
  })
})

/** The button of that page. A browser saves the answer and stays on the page. */
export const downloadInBrowser: Route = route({
  method: "POST",
  path: "/profile/data",
  group,
  summary: "Download your data, from the profile page",
  policy: person,
  query: partQuery,
  unknownFields: "refused",
  body: Schema.Struct({ current_password: formText }),
  outcomes: [
    { status: 200, about: "Your data, as a file to save", schema: PersonalDataBody },
    { status: 422, about: "The password is missing or wrong; shows the page again" },
    tooMany
  ],
  handle: (call, context) => {
    const attempt = Effect.gen(function* () {
      const before = yield* beforeIn(call.query)
      yield* proveSelf(call, givenPassword(call.body.current_password), "confirm", context)
      const { body } = yield* download(call.identity, before, askToDownload, context)
      return reply(json(body, 200, { "Content-Disposition": 'attachment; filename="your-data.json"' }))
    })
    const action = actionOf(context.places.linkTo(downloadInBrowser), call.query)
    return orPageAgain(attempt, call, proofProblems, (errors) =>
      Effect.map(askAboutAccount(context, call, "download", action, errors), (view) => context.draw(AskPage, view))
    )
  }
})

/** The form asks for the part that its page is about. */
const actionOf = (path: string, query: URLSearchParams): string => {
  const before = query.get("before")
  return before === null ? path : `${path}?${new URLSearchParams({ before })}`
}
