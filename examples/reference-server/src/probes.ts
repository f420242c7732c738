import { type Auth, admin, anyone, type Identity, scope, signedIn, verified } from "@latchkey/core"

/** The scopes that access tokens can have here, unless the environment sets others. */
export const demoScopes = { "demo:read": "Read the demo's guarded route" }

const all = [
  { path: "/demo/optional", policy: anyone, about: "Everyone, logged in or not." },
  { path: "/demo/signed-in", policy: signedIn, about: "Everyone who is logged in." },
  { path: "/demo/verified", policy: verified, about: "Users with a verified e-mail address." },
  { path: "/demo/scope", policy: scope("demo:read"), about: "Sessions, and access tokens with the scope demo:read." },
  { path: "/demo/admin", policy: admin, about: "Superusers." }
] as const

export type Probe = (typeof all)[number]

/** The guarded routes, and who may use each. The one for a scope is there if the scope is: the environment may set others. */
export const probesFor = ({ tokens }: Pick<Auth["settings"], "tokens">): ReadonlyArray<Probe> =>
  all.filter(({ path }) => path !== "/demo/scope" || Object.hasOwn(tokens.scopes, "demo:read"))

/** What a probe answers to a program: the caller, or nulls if nobody is logged in. */
export const whoami = (identity: Identity | null) => ({
  user_id: identity?.user.id ?? null,
  username: identity?.user.username ?? null,
  email: identity?.user.email ?? null
})
