import { admin, anyone, type Identity, type Policy, recently, scope, signedIn } from "@latchkey/core"

/** A route of the host's own, for GET and POST, behind `guard(policy)`. */
export interface HostRoute {
  readonly path: string
  readonly policy: Policy<Identity | null>
}

/** The host's own routes on a server under test. The host answers 404 for every other path that is not the surface's. */
export const hostRoutes: ReadonlyArray<HostRoute> = [
  { path: "/host/anyone", policy: anyone },
  { path: "/host/signed-in", policy: signedIn },
  { path: "/host/admin", policy: admin },
  { path: "/host/fresh", policy: recently("10 minutes") },
  { path: "/host/scoped", policy: scope("packages:read") }
]

/** A header on each answer of the host's own, so that a scenario sees who answered. */
export const HOST_HEADER = ["x-answered-by", "host"] as const

/** What a host's route answers, as JSON: the caller that the guard allowed, and the body that it received. */
export const hostAnswer = (identity: Identity | null, received: string): string =>
  JSON.stringify({ user: identity?.user.username ?? null, via: identity?.via ?? null, received })
