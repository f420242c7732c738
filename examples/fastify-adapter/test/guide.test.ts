import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

test("the guide shows the adapter as it is", () => {
  expect(read("../../../docs/guides/writing-an-adapter.md")).toContain(read("../src/fastify-auth.ts"))
})
