import { expect, it } from "vitest"
import { testWorld } from "../../test/test-world.ts"
import { bold } from "./words.ts"

const terminal = testWorld("", { answers: [] })

it("text is bold on a terminal, unless NO_COLOR or a dumb terminal says no", () => {
  expect(bold(terminal, "a")).toBe("\u001b[1ma\u001b[22m")
  expect(bold({ ...terminal, env: { NO_COLOR: "1" } }, "a")).toBe("a")
  expect(bold({ ...terminal, env: { NO_COLOR: "" } }, "a")).toBe("\u001b[1ma\u001b[22m")
  expect(bold({ ...terminal, env: { TERM: "dumb" } }, "a")).toBe("a")
  expect(bold(testWorld(""), "a")).toBe("a")
})
