import { all, either, evenPending, type Identity, type Policy, recently, role, scope, signedIn } from "@latchkey/core"
import * as Logger from "effect/Logger"
import { expect, test } from "vitest"
import { openSite } from "../../test/site.ts"
import { checkGuard } from "./check-guard.ts"

test("a guard takes a policy, and a check that is a function", () => {
  for (const given of [[signedIn], [all(signedIn, recently("1 minute")), () => true]])
    expect(() => checkGuard(given)).not.toThrow()
})

test("ADM-09 a check that is not there fails when the guard is made, and lets nobody pass", () => {
  for (const check of [undefined, null, "editor", {}])
    expect(() => checkGuard([signedIn, check])).toThrow("It must be a function.")
})

test("a guard without a policy fails when it is made, and the error says what to give", async () => {
  const { surface } = await openSite()
  const mistaken = surface.guard as (policy?: unknown) => unknown
  for (const policy of [undefined, "signedIn", () => true, {}])
    expect(() => mistaken(policy)).toThrow("A guard needs a policy, such as guard(signedIn).")
})

const declaring = async () => {
  const { surface } = await openSite({
    tokens: { scopes: { "notes:read": "Read notes", "notes:write": "Write notes" } },
    roles: { editor: "Edits notes" }
  })
  return (policy: Policy<Identity | null>) => () => surface.guard(policy)
}

test("a scope that no option declares is refused when the guard is made: the error names the nearest, notes:write", async () => {
  const guard = await declaring()
  expect(guard(scope("notes:wirte"))).toThrow(
    'guard(scope("notes:wirte")): the option tokens.scopes of createAuth does not declare it: did you mean notes:write?'
  )
  expect(guard(scope("packages:publish"))).toThrow("It declares notes:read, notes:write")
})

test("a scope that only Latchkey could have, and has not, is refused also where none is declared: latchkey:admin", async () => {
  const { surface } = await openSite()
  for (const guard of [await declaring(), (policy: ReturnType<typeof scope>) => () => surface.guard(policy)])
    expect(guard(scope("latchkey:admni"))).toThrow(
      'guard(scope("latchkey:admni")): Latchkey has no such scope: did you mean latchkey:admin?'
    )
})

test("a role that no option declares is refused when the guard is made: the error names the nearest, editor", async () => {
  const guard = await declaring()
  expect(guard(role("edtor"))).toThrow(
    'guard(role("edtor")): the option roles of createAuth does not declare it: did you mean editor?'
  )
})

test("names inside combinations are judged too, and those that are declared or Latchkey's own make a guard", async () => {
  const guard = await declaring()
  for (const wrap of [all, either]) {
    expect(guard(wrap(signedIn, scope("notes:wirte")))).toThrow("did you mean notes:write?")
    expect(guard(evenPending(wrap(signedIn, wrap(role("edtor")))))).toThrow("did you mean editor?")
    expect(guard(wrap(scope("notes:write"), role("editor"), scope("latchkey:admin")))).not.toThrow()
  }
})

test("where no scope is declared at all a guard is made, and a warning says who passes: sessions and passwords", async () => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(String(message)))
  const { surface } = await openSite({ ambient: Logger.layer([logger]) })
  surface.guard(scope("notes:write"))
  surface.guard(role("editor"))
  expect(lines).toEqual([
    expect.stringContaining("so only sessions and passwords pass"),
    expect.stringContaining("so only superusers pass")
  ])
})

test("a maker of policies that was not called, or nothing, is refused with what was given", async () => {
  const { surface } = await openSite()
  const mistaken = surface.guard as (policy?: unknown) => unknown
  expect(() => checkGuard([])).toThrow("It was given nothing.")
  expect(() => mistaken(scope)).toThrow("It was given the function scope, which was not called.")
  expect(() => mistaken(Promise.resolve(signedIn))).toThrow("It was given a promise, of which `await` is missing.")
})

test("a second policy in place of a check, or a third argument, is refused with how to combine: all or either", () => {
  const combined = "guard(all(signedIn, verified))"
  for (const given of [
    [signedIn, scope("notes:read")],
    [signedIn, () => true, scope("notes:read")],
    [signedIn, () => true, undefined]
  ])
    expect(() => checkGuard(given)).toThrow(combined)
})
