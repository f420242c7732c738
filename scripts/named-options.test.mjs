import { globSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { settingEntries } from "../packages/core/src/settings/setting-entries.ts"

/** Groups of options whose names nothing else has: `sessions.insert` would be a verb of a store, `impersonation.begun` an event. */
const GROUPS = ["cookies", "requests", "cliLogin", "profile"]

test("an option that a sentence of ours names exists, such as cookies.unsafeInsecure", () => {
  const known = new Set(settingEntries.map(({ path }) => path))
  const named = new RegExp(`[ "'\`(](?:${GROUPS.join("|")})\\.[a-z][A-Za-z]*`, "g")
  const sources = globSync("packages/*/src/**/*.{ts,tsx}", { exclude: (name) => /\.test\.|node_modules/.test(name) })
  const sentences = (text) => text.match(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? []
  const unknown = sources.flatMap((file) =>
    sentences(readFileSync(file, "utf8"))
      .map((sentence) => sentence.replaceAll(/\$\{[^}]*\}/g, "")) // code, not words
      .flatMap((sentence) => sentence.match(named) ?? [])
      .map((name) => name.slice(1))
      .filter((name) => !known.has(name))
      .map((name) => `${file}: ${name}`)
  )
  expect(sources.length).toBeGreaterThan(500)
  expect(unknown).toEqual([])
})
