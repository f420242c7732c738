import { documentRoutes } from "./documents/routes.ts"
import { loginRoutes } from "./login/routes.ts"
import { profileRoutes } from "./profile/routes.ts"
import { registerRoutes } from "./register/routes.ts"
import type { Route } from "./surface/route.ts"
import { sessionRoutes } from "./sessions/routes.ts"
import { setupRoutes } from "./setup/routes.ts"
import { tokenRoutes } from "./tokens/routes.ts"
import { userRoutes } from "./users/routes.ts"

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
