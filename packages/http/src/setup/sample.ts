import { loggedOut, passwordRule } from "../page/sample.ts"
import type { SetupView } from "./view.ts"

export const sampleSetup: SetupView = {
  ...loggedOut,
  logins: "both",
  username: "",
  email: "",
  passwordRule,
  token: { kind: "asked" },
  errors: {}
}
