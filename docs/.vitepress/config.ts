// The site. Menus are made from the files, so that a new page needs no entry here; only the order in which we would have
// a newcomer read the guides is written down.
import { readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitepress"

const docs = fileURLToPath(new URL("..", import.meta.url))
const repository = "https://github.com/latchkey-auth/latchkey"
const readingOrder = [
  "users",
  "passwords",
  "legacy-passwords",
  "sessions",
  "setup",
  "identity",
  "tokens",
  "cli-login",
  "cli-program",
  "signed-tokens",
  "basic-mode",
  "http",
  "pages",
  "words",
  "mail",
  "options",
  "operator",
  "stores",
  "testing",
  "changing-over",
  "from-fastpluggy",
  "from-fastapi-users",
  "from-better-auth",
  "from-auth-js",
  "from-django"
]

const titleOf = (file: string) => /^# (.+)$/m.exec(readFileSync(`${docs}${file}`, "utf8"))?.[1] ?? file

const rank = (name: string) => (readingOrder.indexOf(name) + 1 || readingOrder.length + 1) - 1

/** The pages of one folder, guides in reading order and all else by file name. */
const pagesOf = (folder: string) =>
  readdirSync(`${docs}${folder}`)
    .filter((file) => file.endsWith(".md") && file !== "index.md")
    .map((file) => file.slice(0, -".md".length))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name) => ({ text: titleOf(`${folder}/${name}.md`), link: `/${folder}/${name}` }))

/** The pages that lie beside the folders. */
const firstSteps = {
  text: "Start",
  items: ["quick-start-hono", "quick-start-express", "security", "internals"].map((name) => ({
    text: titleOf(`${name}.md`),
    link: `/${name}`
  }))
}

const folders = readdirSync(docs)
const sections = [
  { text: "Guides", folder: "guides" },
  { text: "Reference", folder: "reference" },
  { text: "Security", folder: "security" },
  { text: "Decisions", folder: "decisions" }
]
  .filter(({ folder }) => folders.includes(folder))
  .map(({ text, folder }) => ({ text, folder, items: pagesOf(folder) }))
  .filter(({ items }) => items.length > 0)

/** A link that leaves docs/ is a file of the repository: right as it stands on GitHub, and led there from the site. */
const onSite = (href: string, page: string) => {
  if (!href.startsWith(".")) return href
  const target = posix.join("docs", posix.dirname(page), href)
  return target.startsWith("docs/") ? href : `${repository}/blob/main/${target}`
}

export default defineConfig({
  title: "Latchkey",
  description: "Authentication for TypeScript servers",
  lang: "en",
  head: [["meta", { name: "color-scheme", content: "light dark" }]],
  markdown: {
    config: (md) => {
      md.core.ruler.push("links-out-of-docs", (state) => {
        for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.attrGet("href")
          if (href) token.attrSet("href", onSite(href, state.env.relativePath))
        }
      })
    }
  },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: repository }],
    editLink: { pattern: `${repository}/edit/main/docs/:path` },
    nav: [
      ...sections.map(({ text, folder, items }) => ({
        text,
        link: items[0]?.link ?? "/",
        activeMatch: `^/${folder}/`
      })),
      { text: "API", link: "/api/", activeMatch: "^/api/" }
    ],
    sidebar: [
      firstSteps,
      ...sections.map(({ text, items }) => ({ text, items, collapsed: text === "Decisions" })),
      { text: "API", link: "/api/" }
    ]
  }
})
