// What the guides say that a report says is what it says: somebody searches the page for it.
import { readdirSync, readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { objectsOf, testWorld } from "./test-world.ts"

const GUIDES = new URL("../../../docs/guides/", import.meta.url)

/** What stands in quotes at the beginning of the rows under "What can fail". Other rows tell what else happens. */
const quotedIn = (page: string): ReadonlyArray<string> => {
  const [, section = ""] = readFileSync(new URL(page, GUIDES), "utf8").split(/^## What can fail$/m)
  return Array.from((section.split(/^## /m)[0] ?? "").matchAll(/^\| `([^`]+)`/gm), ([, text = ""]) => text)
}

const lines = [
  { id: 1, username: "ada" },
  { id: 2, username: "ADA" },
  { id: 3, username: "a b" },
  { id: 4, username: "oauth2" },
  { id: 5, email: `${"a".repeat(250)}@example.org` },
  { id: 6, username: "bob", password_hash: "md5$x" },
  { id: 7 },
  { id: 8, username: "carol", hashed_password: "x" },
  { type: "token", user: 9, name: "x", sha256: "0a".repeat(32) }
]

it("each reason that a guide of a change-over quotes is one that the command gives", async () => {
  const input = [...lines.map((line) => `${JSON.stringify(line)}\n`)].join("")
  const bytes = Buffer.concat([Buffer.from(input), Buffer.from('{"id":10,"username":"B\xfcro"}\n', "latin1")])
  const file = (async function* () {
    yield bytes
  })()
  const { out } = await testWorld({ input: file }).run("import", "-", "--source", "old", "--yes", "--json")
  const given = objectsOf(out).flatMap(({ why }) => (typeof why === "string" ? [why] : []))
  const pages = readdirSync(GUIDES).filter((page) => /^(?:from-.*|changing-over)\.md$/.test(page))
  const quoted = pages.flatMap((page) => quotedIn(page).map((text) => ({ page, text })))
  expect(quoted.length).toBeGreaterThan(10)
  expect(quoted.filter(({ text }) => !given.some((why) => why.startsWith(text)))).toEqual([])
})
