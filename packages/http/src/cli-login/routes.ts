import type { Route } from "../surface/route.ts"
import { codeRoutes } from "./code-routes.ts"
import { authorizeDevice } from "./device-authorization.ts"
import { showMetadata } from "./metadata.ts"
import { cliLoginPageRoutes } from "./page-routes.ts"
import { revokeHeld } from "./revocation.ts"
import { grantToken } from "./token-endpoint.ts"

export const cliLoginRoutes: ReadonlyArray<Route> = [
  ...cliLoginPageRoutes,
  ...codeRoutes,
  authorizeDevice,
  grantToken,
  revokeHeld,
  showMetadata
]
