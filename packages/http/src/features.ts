import { accountPageRoutes, accountRoutes } from "./account/routes.ts"
import { userByIdRoutes } from "./admin/api/user-routes.ts"
import { listUsers } from "./admin/list-routes.ts"
import { adminPages, adminRoutes } from "./admin/routes.ts"
import { showImpersonation } from "./admin/stop-routes.ts"
import { cliLoginPages, showCliLogin } from "./cli-login/page-routes.ts"
import { cliLoginRoutes } from "./cli-login/routes.ts"
import { documentRoutes } from "./documents/routes.ts"
import { loginPages, loginRoutes, showLogin, showLogout } from "./login/routes.ts"
import { AskPage } from "./page/ask-page.tsx"
import { MessagePage } from "./page/message.tsx"
import type { Page, PagePaths } from "./page/view.ts"
import { passwordPages, passwordRoutes, showPassword } from "./password/routes.ts"
import { profilePages, profileRoutes, showProfile } from "./profile/routes.ts"
import { showForgot, showVerifyRequest } from "./recovery/ask-mail-routes.ts"
import { recoveryPages, recoveryRoutes } from "./recovery/routes.ts"
import { registerPages, registerRoutes, showRegister } from "./register/routes.ts"
import { sessionRoutes } from "./sessions/routes.ts"
import { showSigningKeys } from "./sessions/signing-keys.ts"
import { settingsPages, settingsRoutes, showSettings } from "./settings/routes.ts"
import { setupPages, setupRoutes, showSetup } from "./setup/routes.ts"
import type { Endpoint } from "./surface/endpoint.ts"
import type { Route } from "./surface/route.ts"
import { listTokens, tokenPages, tokenRoutes } from "./tokens/routes.ts"
import { userRoutes } from "./users/routes.ts"

/** Every feature with its routes, by the name that a host uses to move them or leave them out. */
export const features = {
  login: loginRoutes,
  register: registerRoutes,
  recovery: recoveryRoutes,
  users: [...userRoutes, ...accountRoutes, ...userByIdRoutes],
  admin: adminRoutes,
  settings: settingsRoutes,
  sessions: sessionRoutes,
  tokens: tokenRoutes,
  setup: setupRoutes,
  password: passwordRoutes,
  profile: [...profileRoutes, ...accountPageRoutes],
  "cli-login": cliLoginRoutes,
  documents: [...documentRoutes(() => routeTable), showSigningKeys]
}

/**
 * What a host can move or leave out: a feature, or a part of one that moves apart: `auth` for programs that log in or register, and of
 * `cli-login` the pages in `cli` and the endpoints of OAuth.
 */
export type GroupName = keyof typeof features | "auth" | "cli" | "oauth"

/** Every route of the surface, one row each. A request without a row gets no answer from the surface. */
export const routeTable: ReadonlyArray<Route> = Object.values(features).flat()

/** The routes that pages of other features link to. */
export const entrances: Readonly<Record<keyof PagePaths, Endpoint>> = {
  login: showLogin,
  logout: showLogout,
  register: showRegister,
  setup: showSetup,
  password: showPassword,
  profile: showProfile,
  tokens: listTokens,
  admin: listUsers,
  impersonation: showImpersonation,
  settings: showSettings,
  cliLogin: showCliLogin,
  forgot: showForgot,
  verifyEmail: showVerifyRequest
}

/** The built-in pages, by the name that a host uses to replace one. */
export const defaultPages = {
  ...loginPages,
  ...registerPages,
  ...setupPages,
  ...passwordPages,
  ...profilePages,
  ...tokenPages,
  ...cliLoginPages,
  ...recoveryPages,
  ...adminPages,
  ...settingsPages,
  ask: AskPage,
  message: MessagePage
}

/** A page of each name, as a host may write it. */
export type Pages = { readonly [Name in keyof typeof defaultPages]: Page<Parameters<(typeof defaultPages)[Name]>[0]> }
