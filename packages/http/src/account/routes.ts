import type { Route } from "../surface/route.ts"
import { askToDownload, downloadInBrowser, showMyData } from "./download-routes.ts"
import { askToRemove, removeInBrowser, removeMe } from "./removal-routes.ts"

/** In the group `users`, for programs. */
export const accountRoutes: ReadonlyArray<Route> = [showMyData, removeMe]

/** In the group `profile`, for browsers. */
export const accountPageRoutes: ReadonlyArray<Route> = [askToDownload, downloadInBrowser, askToRemove, removeInBrowser]
