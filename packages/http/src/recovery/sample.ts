import { loggedOut, passwordRule } from "../page/sample.ts"
import type { AskMailView, ChoosePasswordView, ConfirmMailView } from "./view.ts"

export const sampleAskMail: AskMailView = {
  ...loggedOut,
  purpose: "reset",
  logins: "both",
  username: "",
  canLogIn: true,
  action: "/forgot-password",
  notice: null,
  errors: {}
}

export const sampleChoosePassword: ChoosePasswordView = {
  ...loggedOut,
  purpose: "reset",
  account: "ada",
  token: "lk_otc_sample",
  passwordRule,
  action: "/reset-password",
  errors: {}
}

export const sampleConfirmMail: ConfirmMailView = {
  ...loggedOut,
  purpose: "verify",
  account: "ada",
  email: "ada@example.org",
  token: "lk_otc_sample",
  action: "/verify-email",
  errors: {}
}
