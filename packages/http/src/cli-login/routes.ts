import type { Route } from "../surface/route.ts"
import { cliLoginPageRoutes } from "./page-routes.ts"

export const cliLoginRoutes: ReadonlyArray<Route> = [...cliLoginPageRoutes]
