import { expect, it } from "vitest"
import { modulesOf, readMarkdown } from "./markdown.mjs"

const page = (...rows) => readMarkdown(rows.join("\n"))

it("each TypeScript fence is a module, and knows the line it came from", () => {
  const { fences } = page("text", "```ts", "const a = 1", "```", "```sh", "npm test", "```", "```tsx", "<b />", "```")
  expect(modulesOf(fences)).toEqual([
    { name: "fence-2.ts", lines: [{ text: "const a = 1", line: 3 }] },
    { name: "fence-8.tsx", lines: [{ text: "<b />", line: 9 }] }
  ])
})

it("a fence may name its file, and the next may continue it", () => {
  const { fences } = page("```ts", "// file: auth.ts", "a", "```", "words", "```ts continued", "b", "```")
  const [module, ...others] = modulesOf(fences)
  expect(others).toEqual([])
  expect(module).toMatchObject({
    name: "auth.ts",
    lines: [{ line: 2 }, { text: "a", line: 3 }, { text: "b", line: 7 }]
  })
})

it("a fence in a list loses its indent, and a fence inside a longer fence is text", () => {
  const { fences } = page("1. x", "   ```ts", "   f(", "     a)", "   ```", "````md", "```ts", "b", "```", "````")
  expect(fences.map(({ lang, code }) => [lang, ...code])).toEqual([
    ["ts", "f(", "  a)"],
    ["md", "```ts", "b", "```"]
  ])
})

it("an open fence is noticed", () => {
  expect(page("```ts", "a").fences).toMatchObject([{ lang: "unclosed", line: 1 }])
})

it("links are read from prose only", () => {
  const { links } = page(
    '[a](./a.md) and [b](b.md#c "title")',
    "`[no](x.md)`",
    "```",
    "[no](y.md)",
    "```",
    "[r]: ./r.md"
  )
  expect(links).toEqual([
    { to: "./a.md", line: 1 },
    { to: "b.md#c", line: 1 },
    { to: "./r.md", line: 6 }
  ])
})

it("every heading has the anchor that GitHub and the site give it, a second one of its name with a number", () => {
  const { anchors, headings } = page(
    "# Mail",
    "## Use it",
    "### A change of `address`",
    "### `users.find`: who, and [where](a.md)?",
    "## Use it",
    "```sh",
    "# no heading",
    "```",
    "#### Für Gäste"
  )
  expect(anchors).toEqual(["mail", "use-it", "a-change-of-address", "usersfind-who-and-where", "use-it-1", "für-gäste"])
  expect(headings).toEqual(["Use it", "Use it"])
})
