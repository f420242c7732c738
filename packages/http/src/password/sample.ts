import { account, loggedIn, passwordRule } from "../page/sample.ts"
import type { PasswordView } from "./view.ts"

export const samplePassword: PasswordView = {
  ...loggedIn,
  navigation: loggedIn.navigation.filter(({ href }) => href === "/logout"),
  user: { id: "u1", ...account },
  mustChangePassword: true,
  passwordRule,
  next: "/packages/?page=2",
  errors: {}
}
