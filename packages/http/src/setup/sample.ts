import { loggedOut, passwordRule } from "../page/sample.ts"
import type { SetupView } from "./view.ts"

export const sampleSetup: SetupView = {
  ...loggedOut,
  logins: "both",
  needsEmail: false,
  username: "",
  email: "",
  passwordRule,
  token: { kind: "asked" },
  errors: {}
}
