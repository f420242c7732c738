import { admin, anyone, type Identity, type Policy, recently, StoreError, scope, signedIn } from "@latchkey/core"
import type { Check, HostProblem } from "@latchkey/http"
import * as Effect from "effect/Effect"

/** A route of the host's own, for GET and POST, behind `guard(policy)` or `guard(policy, check)`. */
export interface HostRoute {
  readonly path: string
  readonly policy: Policy<Identity | null>
  /** A check, for the caller and the value of the parameter `:say` of the path. */
  readonly check?: Check<Identity | null, string>
}

/** The host's own routes on a server under test. The host answers 404 for every other path that is not the surface's. */
export const hostRoutes: ReadonlyArray<HostRoute> = [
  { path: "/host/anyone", policy: anyone },
  { path: "/host/signed-in", policy: signedIn },
  { path: "/host/admin", policy: admin },
  { path: "/host/fresh", policy: recently("10 minutes") },
  { path: "/host/scoped", policy: scope("packages:read") },
  { path: "/host/checked/:say", policy: signedIn, check: (_, say) => answers[say]?.() ?? false },
  { path: "/host/checked-anyone/:say", policy: anyone, check: (identity, say) => identity?.user.username === say },
  { path: "/host/checked-admin/:say", policy: admin, check: (_, say) => answers[say]?.() ?? false }
]

const refusal = { code: "editor-required" }

/** What the check answers, by the value of the parameter. It refuses every other value. */
const answers: Readonly<Record<string, () => ReturnType<Check<null, string>>>> = {
  yes: () => true,
  "yes later": async () => true,
  "yes as an effect": () => Effect.succeed(true),
  "no later": async () => false,
  "no as an effect": () => Effect.succeed(false),
  refusal: () => refusal,
  "refusal later": async () => refusal,
  "refusal as an effect": () => Effect.succeed(refusal),
  throws: () => {
    throw new RangeError("a mistake of the host's")
  },
  rejects: () => Promise.reject(new RangeError("a mistake of the host's")),
  fails: () => Effect.fail("a mistake of the host's"),
  outage: () => Effect.fail(new StoreError({ operation: "reports.find", cause: "unplugged" }))
}

/** The path of a route without a guard, for GET and POST, that answers `problem` with `hostProblem` of its parameter. */
export const HOST_PROBLEM_PATH = "/host/problem/:name"

/** A header that this route sets before it answers a problem, as a handler does that fails half-way. It must not stay (ERR-07). */
export const HOST_CONTENT_HEADER = ["content-encoding", "gzip"] as const

/** A problem of the host's own, by the value of the parameter `:name`. */
export const hostProblem = (name: string): HostProblem => hostProblems[name] ?? { status: 404 }

const hostProblems: Readonly<Record<string, HostProblem>> = {
  "not-yours": {
    status: 403,
    code: "not-yours",
    detail: "This report belongs to somebody else.",
    link: { label: "Your reports", href: "/reports" }
  },
  unknown: { status: 401 },
  failed: { status: 500 },
  busy: { status: 503, retryAfter: 120 }
}

/** A header on each answer of the host's own, so that a scenario sees who answered. */
export const HOST_HEADER = ["x-answered-by", "host"] as const

/** What a host's route answers, as JSON: the caller that the guard allowed, and the body that it received. */
export const hostAnswer = (identity: Identity | null, received: string): string =>
  JSON.stringify({ user: identity?.user.username ?? null, via: identity?.via ?? null, received })
