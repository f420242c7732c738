import { sampleCliLogins } from "../cli-login/sample.ts"
import { account, loggedIn, passwordRule } from "../page/sample.ts"
import { sampleSessions } from "../sessions/sample.ts"
import type { ProfileView } from "./view.ts"

export const sampleProfile: ProfileView = {
  ...loggedIn,
  navigation: loggedIn.navigation.map((entry) => ({ ...entry, current: entry.href === "/profile/" })),
  logins: "both",
  user: { id: "u1", ...account },
  details: { ...account, before: account, errors: {} },
  detailsPath: "/profile/details",
  asksCurrentPassword: true,
  passwordRule,
  passwordErrors: {},
  passwordPath: "/profile/password",
  canLogOut: true,
  ...sampleSessions,
  programs: sampleCliLogins,
  downloadPath: "/profile/data",
  deletePath: "/profile/delete",
  address: { kind: "own", name: account.email, requestPath: "/verify-email/request" },
  notice: null
}
