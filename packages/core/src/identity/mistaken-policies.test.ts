import * as Duration from "effect/Duration"
import { expect, test } from "vitest"
import { all, either, evenPending, type Policy, recently, role, scope, signedIn } from "./policies.ts"

test.each([
  "10 minuets",
  "",
  "soon",
  "0 seconds",
  "-1 minute",
  "Infinity",
  0,
  600,
  600_000,
  5n,
  Number.NaN,
  undefined,
  null,
  {},
  { minutes: 10 }
])(
  'recently(%s) throws when the policy is made, and the error says the right form: recently("10 minutes")',
  (within) => {
    expect(() => recently(within as never)).toThrow('It needs a duration such as "10 minutes": recently("10 minutes").')
  }
)

test("recently takes every form of a duration", () => {
  for (const within of ["10 minutes", "1 hour", Duration.minutes(10)] as const)
    expect(() => recently(within)).not.toThrow()
})

test.each([undefined, null, "", 5, ["notes:read"], signedIn])(
  'scope and role of %j throw, and the errors say the right form: scope("notes:write"), role("editor")',
  (name) => {
    expect(() => scope(name as never)).toThrow('such as scope("notes:write")')
    expect(() => role(name as never)).toThrow('such as role("editor")')
  }
)

test.each<[string, unknown, string]>([
  ["nothing", undefined, "undefined"],
  ["a name", "signedIn", "string"],
  ["a maker that was not called", scope, "the function scope, which was not called"],
  ["a promise", Promise.resolve(signedIn), "a promise, of which `await` is missing"]
])("a combination of %s throws when it is made, and says that it takes policies", (_, given, words) => {
  const wrong = given as Policy<null>
  for (const combine of [() => all(signedIn, wrong), () => either(wrong, signedIn), () => evenPending(wrong)])
    expect(combine).toThrow(`was given ${words}. It takes policies, such as signedIn or role("editor").`)
})

test("the error names a maker that was not called as it is exported, also when a bundler has renamed it", () => {
  const rename = (value: string) => Object.defineProperty(scope, "name", { value })
  rename("scope3")
  expect(() => all(scope as never)).toThrow("all() was given the function scope, which was not called")
  rename("scope") // other files share the module
})

test.each([
  { asksFor: "notes:read" },
  { asksFor: ["notes:read"] },
  { asksFor: [{ kind: "scope" }] },
  { asksFor: [{ kind: "scpe", name: "notes:read" }] },
  { asksFor: [null] }
])("a policy of a host with %j is told that asksFor is a list of scopes and roles", (asked) => {
  expect(() => all({ ...signedIn, ...asked } as never)).toThrow(
    'a policy whose asksFor is no list such as [{ kind: "scope", name: "notes:write" }]'
  )
})

test.each(["password-chnge", "", null, {}])(
  "evenPending of the kind %j throws when it is made, and names the kinds",
  (kind) => {
    expect(() => evenPending(signedIn, kind as never)).toThrow("lets in password-change or email-verification")
  }
)

test("a policy says which scopes and roles it asks for, inside every combination", () => {
  const wanted = all(either(scope("notes:write"), signedIn), evenPending(role("editor")))
  expect(wanted.asksFor).toEqual([
    { kind: "scope", name: "notes:write" },
    { kind: "role", name: "editor" }
  ])
})

test("several names in one policy are refused, because only the first would be asked for: all(scope(…), scope(…))", () => {
  for (const maker of [role, scope]) {
    const makeUntyped = maker as (...given: ReadonlyArray<unknown>) => unknown
    for (const more of ["notes:write", null, signedIn])
      expect(() => makeUntyped("notes:read", more)).toThrow("Combine several by all or either.")
    expect(["notes:read", "notes:write"].map(maker).map(({ asksFor }) => asksFor?.[0]?.name)).toEqual([
      "notes:read",
      "notes:write"
    ])
  }
})
