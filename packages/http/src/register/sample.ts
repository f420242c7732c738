import { account, loggedOut, passwordRule } from "../page/sample.ts"
import type { RegisterView } from "./view.ts"

export const sampleRegister: RegisterView = {
  ...loggedOut,
  logins: "both",
  needsEmail: false,
  ...account,
  passwordRule,
  canLogIn: true,
  next: null,
  errors: {}
}
