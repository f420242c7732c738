import type { RouteGroup } from "../surface/endpoint.ts"

/*
 * CLI logins are in three places. All three exist in mode `session` only: a person approves with a log-in that the server can end, and
 * mode `basic` has none. There, people create a token for their program on the tokens page.
 */

/** The routes for programs that know a code and a secret. */
export const codes: RouteGroup = { name: "cli-login", base: "/auth/cli-login" }

/** The pages on which people enter a code and decide. */
export const pages: RouteGroup = { name: "cli", base: "/auth/cli", partOf: "cli-login" }

/** The endpoints of OAuth 2.0 for programs (RFC 8628, RFC 7009). */
export const oauth: RouteGroup = { name: "oauth", base: "/oauth", partOf: "cli-login" }
