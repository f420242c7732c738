import { runInNewContext } from "node:vm"
import { expect, test } from "vitest"
import { optionsProblem } from "./options-given.ts"

const names = ["prefix", "waitForReplicas"]

test.each<[string, unknown]>([
  ["nothing", {}],
  ["a known name", { prefix: "shop" }],
  ["a name without a value", { prefix: undefined }],
  ["no prototype, as a module has it", Object.assign(Object.create(null), { prefix: "shop" })],
  ["another realm", runInNewContext('({ prefix: "shop" })')],
  [
    "fields of a class",
    new (class {
      prefix = "shop"
    })()
  ]
])("options with %s are right", (_, given) => {
  expect(optionsProblem(given, names)).toBeNull()
})

test.each<[string, unknown, string]>([
  ["a promise", Promise.resolve({ prefix: "shop" }), "not a promise, of which `await` is missing"],
  ["a list", ["prefix"], "not a list"],
  ["a map", new Map([["prefix", "shop"]]), "not object"],
  ["a text", "redis://:secret@host", "not string"],
  ["a function", function options() {}, "not the function options, which was not called"],
  ["null", null, "not null"]
])("%s is no object of options", (_, given, words) => {
  expect(optionsProblem(given, names)).toBe(`must be an object of options, ${words}`)
})

test("an unknown name is told with the nearest, or with all", () => {
  expect(optionsProblem({ prefix: "a", waitForReplica: 1 }, names)).toBe(
    "cannot have waitForReplica: did you mean waitForReplicas?"
  )
  expect(optionsProblem({ keys: "a" }, names)).toBe("cannot have keys: the options are prefix, waitForReplicas")
})
