import { loggedOut, passwordRule } from "../page/sample.ts"
import type { RegisterView } from "./view.ts"

export const sampleRegister: RegisterView = {
  ...loggedOut,
  logins: "both",
  username: "",
  email: "",
  passwordRule,
  next: null,
  errors: {}
}
