import { documentRoutes } from "./documents.ts"
import { loginRoutes } from "./login.ts"
import { profileRoutes } from "./profile.ts"
import { registerRoutes } from "./register.ts"
import type { Route } from "./route.ts"
import { sessionRoutes } from "./sessions.ts"
import { setupRoutes } from "./setup.ts"
import { tokenRoutes } from "./tokens.ts"
import { userRoutes } from "./users.ts"

/** Every route of the surface: one row each, and nothing is answered that has none. */
export const routeTable: ReadonlyArray<Route> = [
  ...loginRoutes,
  ...registerRoutes,
  ...userRoutes,
  ...sessionRoutes,
  ...tokenRoutes,
  ...setupRoutes,
  ...profileRoutes,
  ...documentRoutes
]
