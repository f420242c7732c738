import { anyone, evenPending, type Identity, type Policy } from "@latchkey/core"
import type { RouteGroup } from "../surface/endpoint.ts"

/** The pages that links in mails open, and those on which people ask for a mail. */
export const pages: RouteGroup = { name: "recovery", base: "/" }

/** Programs depend on these paths, so they stay where they are when the pages move. */
export const programs: RouteGroup = { name: "auth", base: "/auth", partOf: "recovery" }

/** Also who must verify their address or choose another password first: these pages are where they do it. */
export const everybody: Policy<Identity | null> = evenPending(anyone)
