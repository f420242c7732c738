import type { Route } from "../surface/route.ts"
import { createUser } from "./api/create-route.ts"
import { credentialRoutes } from "./api/credential-routes.ts"
import { impersonate } from "./api/impersonate-route.ts"
import { auditPages, showAudit } from "./audit-routes.ts"
import { endRoutes } from "./end-routes.ts"
import { impersonateRoutes } from "./impersonate-routes.ts"
import { listPages, listUsers } from "./list-routes.ts"
import { addUser, newPages, showNewUser } from "./new-routes.ts"
import { removeRoutes } from "./remove-routes.ts"
import { stopRoutes } from "./stop-routes.ts"
import { userPageRoutes, userPages } from "./user-routes.ts"

export const adminRoutes: ReadonlyArray<Route> = [
  listUsers,
  createUser,
  ...credentialRoutes,
  impersonate,
  showNewUser,
  addUser,
  ...userPageRoutes,
  ...endRoutes,
  ...removeRoutes,
  ...impersonateRoutes,
  ...stopRoutes,
  showAudit
]

/** By the names that a host uses to replace them. */
export const adminPages = { ...listPages, ...newPages, ...userPages, ...auditPages }
