import { loggedIn, loggedOut } from "../page/sample.ts"
import type { LoginView, LogoutView } from "./view.ts"

export const sampleLogin: LoginView = {
  ...loggedOut,
  logins: "both",
  username: "",
  next: "/packages/?page=2",
  registrationOpen: true,
  canRecover: true,
  notice: null,
  errors: {}
}

export const sampleLogout: LogoutView = { ...loggedIn, user: "ada", back: "/profile/" }
