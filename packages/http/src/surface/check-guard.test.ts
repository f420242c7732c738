import { all, recently, signedIn } from "@latchkey/core"
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
