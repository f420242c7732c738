import type { WireRequest } from "@latchkey/conformance/adapter"
import { ada, root } from "@latchkey/conformance/adapter"
import { ownScopes } from "@latchkey/core"
import fc from "fast-check"
import { expect, test } from "vitest"
import { routeTable } from "../src/features.ts"
import { openSite, type Site } from "./site.ts"

// Whatever comes, `site.ask` fails the test for an answer that tells of our insides, lacks a header, or has a status that
// the document does not name (ERR-01). On top of that, no request here may be 500, or change anything of what is stored.

const paths = routeTable.map(({ path }) => path)
const methods = ["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"] as const

/** Text that a header may hold: no control characters, one byte each. */
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 60
})

const credentialText = fc.oneof(
  headerText,
  fc.constantFrom(
    "Bearer ",
    "Basic ",
    "bearer x",
    "Basic Og==",
    "Basic x:y",
    "latchkey_session=",
    "latchkey_session=a; latchkey_session=b",
    "Basic bGtfcGF0X3g6",
    "Basic X190b2tlbl9fOmxrX3BhdF94"
  ),
  fc
    .tuple(fc.constantFrom("Bearer", "Basic", "Bearer lk_pat_", "latchkey_session=lk_ses_"), headerText)
    .map((parts) => parts.join(" "))
)

const typeText = fc.oneof(
  fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain"
  ),
  headerText
)

const headers = fc.record(
  {
    authorization: credentialText,
    cookie: credentialText,
    accept: fc.oneof(headerText, fc.constantFrom("text/html", "*/*", "text/html;q=", ",,,")),
    origin: headerText,
    "sec-fetch-site": fc.oneof(headerText, fc.constantFrom("same-origin", "cross-site", "none")),
    "sec-fetch-mode": fc.constantFrom("navigate", "cors", ""),
    "content-type": typeText,
    "x-forwarded-for": headerText,
    "user-agent": headerText
  },
  { requiredKeys: [] }
)

const names = [
  "username",
  "email",
  "password",
  "password_confirm",
  "current_password",
  "token",
  "next",
  "grant_type",
  "name",
  "expires_in_days",
  "scopes",
  "scope:packages:read",
  "overlap_hours",
  "client",
  "client_id",
  "scope",
  "device_code",
  "confirmation",
  "__proto__",
  ""
]

/** Values that no registration and no change can be made of, but any way else. */
const value = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.jsonValue({ maxDepth: 2 })
)

const body = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.uint8Array({ maxLength: 100 }),
  fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json)),
  fc.dictionary(fc.constantFrom(...names), value).map((fields) => JSON.stringify(fields)),
  fc
    .array(fc.tuple(fc.constantFrom(...names), fc.string({ maxLength: 12 })), { maxLength: 6 })
    .map((pairs) => new URLSearchParams(pairs).toString())
)

const pathText = fc.oneof(
  fc.constantFrom(...paths),
  fc.webPath(),
  fc.tuple(fc.constantFrom(...paths), fc.webPath()).map((parts) => parts.join("")),
  fc.string({ unit: fc.constantFrom(..."/.%:?#[]a"), maxLength: 20 }).map((text) => `/${text}`)
)

const target = fc
  .tuple(pathText, fc.option(fc.webQueryParameters(), { nil: "" }))
  .map(([path, query]) => `${path}?${query}`)

const request: fc.Arbitrary<WireRequest> = fc
  .record({ method: fc.constantFrom(...methods), target, headers, body: fc.option(body, { nil: undefined }) })
  .map(({ body: sent, ...head }) =>
    sent === undefined || head.method === "GET" || head.method === "HEAD" ? head : { ...head, body: sent }
  )

const openFuzzed = async (): Promise<Site> => {
  const site = await openSite({
    tokens: { scopes: { "packages:read": "Download packages", [ownScopes.tokens]: "Make and revoke tokens" } },
    sessions: { collectIp: true, collectUserAgent: true, trustedProxies: ["192.0.2.0/24"] },
    throttle: { perAccountAndNetwork: 10_000, perAccount: 10_000, perNetwork: 100_000, registrations: 100_000 }
  })
  await site.auth.users.create(ada)
  return site
}

test("ERR-01 no request by nobody gets a 5xx or learns of our insides, and none changes what is stored", async () => {
  const site = await openFuzzed()
  const before = await site.contents()
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      expect((await site.ask(sent)).status).toBeLessThan(500)
    }),
    { numRuns: 600 }
  )
  expect(await site.contents()).toEqual(before)
})

/** What stays of the store whatever ada does to herself with junk: who there is, and what they may. */
const roles = async ({ auth }: Site): Promise<unknown> => {
  const { items } = await auth.users.list()
  const { total } = await auth.users.count()
  return [
    total,
    items.map(({ id, isActive, isSuperuser, isVerified, createdAt }) => [
      id,
      isActive,
      isSuperuser,
      isVerified,
      createdAt
    ])
  ]
}

test("ERR-01 no request by someone who is logged in gets a 5xx, whatever the body, and none changes a role", async () => {
  const site = await openFuzzed()
  const before = await roles(site)
  const bodied = routeTable.filter(
    ({ body: schema, group }) => schema !== null && group.name !== "register" && group.name !== "setup"
  )
  const route = fc.constantFrom(...bodied)
  const caller = fc.constantFrom(
    await site.program(ada),
    await site.program(root),
    await site.token({ scopes: [ownScopes.tokens] })
  )
  await fc.assert(
    fc.asyncProperty(route, caller, typeText, body, async ({ method, path }, credentials, type, sent) => {
      const answer = await site.ask({
        method,
        target: path,
        headers: { ...credentials, "content-type": type },
        body: sent
      })
      expect(answer.status).toBeLessThan(500)
    }),
    { numRuns: 400 }
  )
  expect(await roles(site)).toEqual(before)
})

test("REG-03 whatever JSON a registration is made of, the answer names no value of it, and no prototype changes", async () => {
  const site = await openFuzzed()
  const fields = fc.dictionary(fc.constantFrom(...names, "constructor", "is_superuser", "id"), value, { maxKeys: 8 })
  const before = Object.getOwnPropertyNames(Object.prototype).length
  await fc.assert(
    fc.asyncProperty(fields, async (json) => {
      const canary = "zq-canary-zq"
      const answer = await site.ask({ target: "/auth/register", json: { ...json, canary, password: [canary] } })
      expect(answer.status).toBe(422)
      expect(answer.body).not.toContain(canary)
    }),
    { numRuns: 150 }
  )
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before)
})
