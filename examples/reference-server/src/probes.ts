import { admin, anyone, type Identity, signedIn, verified } from "@latchkey/core"

/** The guarded routes, and whom each lets pass. */
export const probes = [
  { path: "/demo/optional", policy: anyone, about: "Everyone, logged in or not." },
  { path: "/demo/signed-in", policy: signedIn, about: "Whoever is logged in." },
  { path: "/demo/verified", policy: verified, about: "Users with a verified e-mail address." },
  { path: "/demo/admin", policy: admin, about: "Superusers." }
] as const

/** What a probe answers: who is calling, with nulls for nobody. */
export const whoami = (identity: Identity | null) => ({
  user_id: identity?.user.id ?? null,
  username: identity?.user.username ?? null,
  email: identity?.user.email ?? null
})
