import {
  type AccountNameTaken,
  type AlreadyVerified,
  type CodeInvalid,
  type Identity,
  Recovery,
  type StoreError,
  type User
} from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { NoticeCode } from "../page/notice.tsx"
import { json, redirect, reply } from "../surface/answer.ts"
import { formText } from "../surface/body-fields.ts"
import { goOn } from "../surface/go-on.ts"
import { orPageAgain } from "../surface/or-page-again.ts"
import type { RouteProblem } from "../surface/problem.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { accountProblems } from "../users/account-problems.ts"
import { UserBody, userBody } from "../users/user-body.ts"
import { ConfirmMailPage } from "./confirm-mail-page.tsx"
import { everybody, pages as group } from "./groups.ts"
import { linkPage } from "./link-page.ts"
import { afterCode, invalidCode, type Opened, reopenCode, usedCookies } from "./mailed-code.ts"
import type { ConfirmMailView } from "./view.ts"

type Purpose = ConfirmMailView["purpose"]

const TokenForm = Schema.Struct({ token: formText })

type Act = (
  token: string,
  call: Pick<Call<null, unknown>, "client" | "texts">
) => Effect.Effect<User | null, CodeInvalid | AlreadyVerified | AccountNameTaken | StoreError, Recovery>

/** The second of two clicks ends where the first one did (REC-12). */
const orDone = <E>(act: Effect.Effect<User, E | CodeInvalid>, done: Effect.Effect<User | null, StoreError>) =>
  Effect.catchTag(act, "CodeInvalid", (invalid) =>
    Effect.flatMap(done, (user) => (user === null ? Effect.fail(invalid) : Effect.succeed(user)))
  )

/** What each code does, and the page and the notice afterwards. */
const acts: Readonly<
  Record<Purpose, { readonly act: Act; readonly page: "login" | "profile"; readonly done: NoticeCode }>
> = {
  verify: {
    // Whoever clicks twice, or has verified the address already, is where they wanted to be (REC-12).
    act: (token, { client }) =>
      Recovery.use((recovery) =>
        Effect.catchTag(recovery.verify(token, client), "AlreadyVerified", () => Effect.succeed(null))
      ),
    page: "profile",
    done: "verified"
  },
  "change-email": {
    act: (token, { client, texts }) =>
      Recovery.use((recovery) =>
        orDone(recovery.changeEmail(token, { client, lang: texts.language }), recovery.findDone(token, "change-email"))
      ),
    page: "profile",
    done: "email-changed"
  },
  "undo-email": {
    act: (token, { client, texts }) =>
      Recovery.use((recovery) =>
        orDone(
          recovery.undoEmailChange(token, { client, lang: texts.language }),
          recovery.findDone(token, "undo-email")
        )
      ),
    page: "login", // it has ended the session
    done: "email-undone"
  }
}

const confirmPage = (
  context: SurfaceContext,
  call: Pick<Call<Identity | null, unknown>, "identity" | "texts">,
  purpose: Purpose,
  opened: Opened,
  errors: ConfirmMailView["errors"] = {}
) => {
  const action = context.places.linkTo(rows[purpose][1])
  const view: ConfirmMailView = {
    ...context.viewFor(call, action),
    purpose,
    ...opened,
    action,
    errors
  }
  return context.draw(ConfirmMailPage, view)
}

const confirm = (call: Call<Identity | null, typeof TokenForm.Type>, context: SurfaceContext, purpose: Purpose) => {
  const { token } = call.body
  const { act, page: to, done } = acts[purpose]
  const attempt = Effect.gen(function* () {
    const user = yield* Effect.catchTag(act(token, call), "CodeInvalid", (invalid) =>
      Effect.fail(invalidCode(invalid, purpose, call, context))
    )
    const target = afterCode(call, context, whoseOf(call, user), { page: to, done })
    const answer = json(user === null ? null : userBody(user, context.settings))
    return reply(goOn(call, target, answer), ...usedCookies(call, purpose, token, context))
  })
  return orPageAgain(attempt, call, accountProblems, (errors) =>
    Effect.map(reopenCode(token, purpose, call, context), (opened) =>
      confirmPage(context, call, purpose, opened, errors)
    )
  )
}

/** Whether the code was for whoever is logged in. Of a code that has verified before, only the state tells. */
const whoseOf = (
  { identity }: Pick<Call<Identity | null, unknown>, "identity">,
  user: User | null
): "own" | "other" => {
  const isOwn = identity === null || (user === null ? identity.user.isVerified : identity.user.id === user.id)
  return isOwn ? "own" : "other"
}

/** The page of a link whose code has done its work says so, as after the form (REC-12). */
const orDoneBefore = (
  problem: RouteProblem,
  token: string | null,
  call: Call<Identity | null, unknown>,
  context: SurfaceContext,
  purpose: Purpose
) => {
  const { page: to, done } = acts[purpose]
  return Effect.flatMap(findDone(call, token, purpose), (user) =>
    user === null
      ? Effect.fail(problem)
      : Effect.succeed(reply(redirect(afterCode(call, context, whoseOf(call, user), { page: to, done }))))
  )
}

/** Whose account a used code was for, if it still is as the code left it. Programs are told that the code was used. */
const findDone = ({ wantsPage }: Pick<Call<null, unknown>, "wantsPage">, token: string | null, purpose: Purpose) =>
  token === null || !wantsPage ? Effect.succeed(null) : Recovery.use((recovery) => recovery.findDone(token, purpose))

/** The two rows of a page: the one that its link opens, and the one that its form posts to. */
const rowsOf = (
  path: string,
  purpose: Purpose,
  summaries: { readonly show: string; readonly act: string }
): readonly [Route, Route] => {
  const show = linkPage({
    path,
    purpose,
    summary: summaries.show,
    draw: (context, call, opened) => confirmPage(context, call, purpose, opened),
    orDone: (problem, token, call, context) => orDoneBefore(problem, token, call, context, purpose)
  })
  const act = route({
    method: "POST",
    path,
    group,
    summary: summaries.act,
    policy: everybody,
    unknownFields: "refused",
    body: TokenForm,
    outcomes: [
      { status: 303, about: "Done; redirects to the profile or the login page" },
      { status: 200, about: "Done: the user, for programs that take JSON", schema: Schema.NullOr(UserBody) },
      { status: 400, about: "The code is not valid, or another account has the address" }
    ],
    handle: (call, context) => confirm(call, context, purpose)
  })
  return [show, act]
}

const rows = {
  verify: rowsOf("/verify-email", "verify", {
    show: "Show the page that a link to verify an address opens",
    act: "Verify an address by the code from a mail, in a browser"
  }),
  "change-email": rowsOf("/confirm-email", "change-email", {
    show: "Show the page that asks whether to change to a new address",
    act: "Change to a new address by the code from a mail"
  }),
  "undo-email": rowsOf("/undo-email", "undo-email", {
    show: "Show the page that asks whether to go back to the former address",
    act: "Go back to the former address by the code from a mail. Ends all sessions and revokes all tokens"
  })
} satisfies Readonly<Record<Purpose, readonly [Route, Route]>>

export const [showVerifyEmail] = rows.verify
export const [showChangeEmail] = rows["change-email"]
export const [showUndoEmail] = rows["undo-email"]

export const confirmMailRoutes: ReadonlyArray<Route> = Object.values(rows).flat()
