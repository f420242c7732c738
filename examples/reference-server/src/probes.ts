import { admin, anyone, type Identity, scope, signedIn, verified } from "@latchkey/core"

/** What access tokens can be allowed here, unless the environment says otherwise. */
export const demoScopes = { "demo:read": "Read the demo's guarded route" }

/** The guarded routes, and whom each lets pass. */
export const probes = [
  { path: "/demo/optional", policy: anyone, about: "Everyone, logged in or not." },
  { path: "/demo/signed-in", policy: signedIn, about: "Whoever is logged in." },
  { path: "/demo/verified", policy: verified, about: "Users with a verified e-mail address." },
  { path: "/demo/scope", policy: scope("demo:read"), about: "Sessions, and access tokens with the scope demo:read." },
  { path: "/demo/admin", policy: admin, about: "Superusers." }
] as const

/** What a probe answers: who is calling, with nulls for nobody. */
export const whoami = (identity: Identity | null) => ({
  user_id: identity?.user.id ?? null,
  username: identity?.user.username ?? null,
  email: identity?.user.email ?? null
})
