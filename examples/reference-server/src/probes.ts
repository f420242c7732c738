import { admin, anyone, type Identity, scope, signedIn, verified } from "@latchkey/core"

/** The scopes that access tokens can have here, unless the environment sets others. */
export const demoScopes = { "demo:read": "Read the demo's guarded route" }

/** The guarded routes, and who may use each. */
export const probes = [
  { path: "/demo/optional", policy: anyone, about: "Everyone, logged in or not." },
  { path: "/demo/signed-in", policy: signedIn, about: "Everyone who is logged in." },
  { path: "/demo/verified", policy: verified, about: "Users with a verified e-mail address." },
  { path: "/demo/scope", policy: scope("demo:read"), about: "Sessions, and access tokens with the scope demo:read." },
  { path: "/demo/admin", policy: admin, about: "Superusers." }
] as const

export type Probe = (typeof probes)[number]

/** What a probe answers to a program: the caller, or nulls if nobody is logged in. */
export const whoami = (identity: Identity | null) => ({
  user_id: identity?.user.id ?? null,
  username: identity?.user.username ?? null,
  email: identity?.user.email ?? null
})
