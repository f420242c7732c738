import type { Route } from "../surface/route.ts"
import { listEvents } from "./api/audit-route.ts"
import { createUser } from "./api/create-route.ts"
import { credentialRoutes } from "./api/credential-routes.ts"
import { impersonate } from "./api/impersonate-route.ts"
import { listUsers } from "./list-routes.ts"

export const adminRoutes: ReadonlyArray<Route> = [listUsers, createUser, ...credentialRoutes, impersonate, listEvents]
