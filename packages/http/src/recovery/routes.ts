import type { MailKind } from "@latchkey/core"
import type { Endpoint } from "../surface/endpoint.ts"
import type { Route } from "../surface/route.ts"
import { AskMailPage } from "./ask-mail-page.tsx"
import { askMailRoutes } from "./ask-mail-routes.ts"
import { ChoosePasswordPage } from "./choose-password-page.tsx"
import { choosePasswordRoutes, showInvitation, showReset } from "./choose-password-routes.ts"
import { ConfirmMailPage } from "./confirm-mail-page.tsx"
import { confirmMailRoutes, showChangeEmail, showUndoEmail, showVerifyEmail } from "./confirm-mail-routes.ts"
import { programRoutes } from "./program-routes.ts"

export const recoveryRoutes: ReadonlyArray<Route> = [
  ...askMailRoutes,
  ...choosePasswordRoutes,
  ...confirmMailRoutes,
  ...programRoutes
]

/** The page that the link of each kind of mail opens. */
export const mailPages: Readonly<Record<MailKind, Endpoint>> = {
  verify: showVerifyEmail,
  reset: showReset,
  "change-email": showChangeEmail,
  "email-changed": showUndoEmail,
  invite: showInvitation
}

/** By the names that a host uses to replace them. */
export const recoveryPages = { askMail: AskMailPage, choosePassword: ChoosePasswordPage, confirmMail: ConfirmMailPage }
