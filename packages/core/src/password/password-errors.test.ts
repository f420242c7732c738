import { inspect } from "node:util"
import { expect, test } from "vitest"
import { PasswordRefused } from "./password-errors.ts"
import { type PasswordProblem, passwordProblem } from "./password-rules.ts"

const problems: ReadonlyArray<PasswordProblem> = ["too-short", "too-long", "malformed", "common", "contains-name"]

test("every problem has a sentence of its own, with something to do about it (PWD-08)", () => {
  const sentences = problems.map((problem) => new PasswordRefused({ problem, reason: null }).message)
  expect(new Set(sentences).size).toBe(problems.length)
  for (const sentence of sentences) expect(sentence).toMatch(/^this password .+: \w+/)
})

test("a refusal says its kind and its problem, and never the password (PWD-20)", () => {
  const password = "passwordpassword"
  const problem = passwordProblem(password, { minimum: 15, maximum: 256 }, { names: [], common: new Set([password]) })
  const refused = new PasswordRefused({ problem: problem ?? "malformed", reason: null })
  expect(refused).toMatchObject({ _tag: "PasswordRefused", problem: "common" })
  expect(`${refused} ${inspect(refused)} ${JSON.stringify(refused)}`).not.toContain(password)
})
