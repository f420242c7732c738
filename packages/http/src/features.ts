import { documentRoutes } from "./documents/routes.ts"
import { LogoutPage } from "./login/logout-page.tsx"
import { LoginPage } from "./login/page.tsx"
import { loginRoutes, showLogin, showLogout } from "./login/routes.ts"
import { MessagePage } from "./page/message.tsx"
import type { PagePaths } from "./page/view.ts"
import { ProfilePage } from "./profile/page.tsx"
import { profileRoutes, showProfile } from "./profile/routes.ts"
import { RegisterPage } from "./register/page.tsx"
import { registerRoutes, showRegister } from "./register/routes.ts"
import { sessionRoutes } from "./sessions/routes.ts"
import { SetupPage } from "./setup/page.tsx"
import { setupRoutes, showSetup } from "./setup/routes.ts"
import type { Endpoint } from "./surface/endpoint.ts"
import type { Route } from "./surface/route.ts"
import { TokensPage } from "./tokens/page.tsx"
import { listTokens, tokenRoutes } from "./tokens/routes.ts"
import { userRoutes } from "./users/routes.ts"

/** Every group of routes, by the name under which a host moves it or leaves it out. */
export const features = {
  login: loginRoutes,
  register: registerRoutes,
  users: userRoutes,
  sessions: sessionRoutes,
  tokens: tokenRoutes,
  setup: setupRoutes,
  profile: profileRoutes,
  documents: documentRoutes(() => routeTable)
}

export type GroupName = keyof typeof features

/** Every route of the surface: one row each, and nothing is answered that has none. */
export const routeTable: ReadonlyArray<Route> = Object.values(features).flat()

/** The rows that pages of other features lead to. */
export const entrances: Readonly<Record<keyof PagePaths, Endpoint>> = {
  login: showLogin,
  logout: showLogout,
  register: showRegister,
  setup: showSetup,
  profile: showProfile,
  tokens: listTokens
}

/** The built-in pages, by the name under which a host replaces one. */
export const defaultPages = {
  login: LoginPage,
  register: RegisterPage,
  setup: SetupPage,
  profile: ProfilePage,
  tokens: TokensPage,
  logout: LogoutPage,
  message: MessagePage
}

export type Pages = typeof defaultPages
