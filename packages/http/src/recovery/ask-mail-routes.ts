import { type Identity, Recovery } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { json, page, reply } from "../surface/answer.ts"
import { formText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { FormMistake, orPageAgain } from "../surface/or-page-again.ts"
import { RouteProblem } from "../surface/problem.ts"
import { type Call, type Route, route, tooMany } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { AskMailPage } from "./ask-mail-page.tsx"
import { everybody, pages as group } from "./groups.ts"
import type { AskMailView } from "./view.ts"

const notices: ReadonlyArray<NoticeCode> = ["mail-sent"]

/** Without a mailer there is no page that promises a mail. */
const noMailer = new RouteProblem({ status: 404, code: "no-mailer", detail: "Not Found" })

const pathOf = (purpose: AskMailView["purpose"], { site: { paths } }: SurfaceContext): string =>
  purpose === "reset" ? paths.forgot : paths.verifyEmail

const askMailPage = (
  context: SurfaceContext,
  call: Pick<Call<Identity | null, unknown>, "identity" | "texts">,
  purpose: AskMailView["purpose"],
  fields: Partial<AskMailView>
) => {
  const action = pathOf(purpose, context)
  return context.draw(AskMailPage, {
    ...context.viewFor(call, action),
    purpose,
    logins: context.settings.logins,
    username: call.identity?.user.email ?? call.identity?.user.username ?? "",
    canLogIn: call.identity === null && context.offers("login"),
    action,
    notice: null,
    errors: {},
    ...fields
  })
}

/** Asks for the mail. The answer is the same for all names. */
const askMail = (
  call: Call<Identity | null, { readonly username: string }>,
  context: SurfaceContext,
  purpose: AskMailView["purpose"]
) => {
  const { username } = call.body
  const attempt = Effect.gen(function* () {
    if (!context.offers("forgot")) return yield* Effect.fail(noMailer)
    if (username.trim() === "") return yield* Effect.fail(new FormMistake({ username: ["name-missing"] }))
    const recovery = yield* Recovery
    const request = { client: call.client, lang: call.texts.language }
    yield* purpose === "reset" ? recovery.forgot(username, request) : recovery.requestVerification(username, request)
    return reply(goOn(call, `${pathOf(purpose, context)}?done=mail-sent`, json(null, 202)))
  })
  return orPageAgain(attempt, call, {}, (errors) => askMailPage(context, call, purpose, { username, errors }))
}

/** The two rows of a page: the one that shows it, and the one that its form posts to. */
const rowsOf = (path: string, purpose: AskMailView["purpose"], wish: string): readonly [Route, Route] => [
  route({
    method: "GET",
    path,
    group,
    summary: `Show the page on which people ask for ${wish}`,
    policy: everybody,
    outcomes: [
      { status: 200, about: "The page" },
      { status: 404, about: "This site sends no mails" }
    ],
    handle: (call, context) =>
      context.offers("forgot")
        ? Effect.succeed(reply(page(askMailPage(context, call, purpose, { notice: noticeIn(call, notices) }))))
        : Effect.fail(noMailer)
  }),
  route({
    method: "POST",
    path,
    group,
    summary: `Ask for ${wish}, from a browser`,
    policy: everybody,
    unknownFields: "refused",
    body: Schema.Struct({ username: formText }),
    outcomes: [
      { status: 303, about: "A mail is sent if there is such an account; redirects to the same page" },
      { status: 202, about: "The same, for programs that take JSON", schema: Schema.Null },
      { status: 404, about: "This site sends no mails" },
      { status: 422, about: "No name was typed; shows the page again" },
      tooMany
    ],
    handle: (call, context) => askMail(call, context, purpose)
  })
]

const forgot = rowsOf("/forgot-password", "reset", "a link to choose a new password")
const verifyEmail = rowsOf("/verify-email/request", "verify", "a link to verify their address")

export const [showForgot] = forgot
export const [showVerifyRequest] = verifyEmail

export const askMailRoutes: ReadonlyArray<Route> = [...forgot, ...verifyEmail]
