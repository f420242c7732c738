// Keeps the documents true: every TypeScript fence compiles against the sources, every relative link leads to a file and
// to a heading that are there, every feature of core has its guide, all guides have the same shape, the paths that the
// pages for contributors name exist, and whoever follows a page has installed what its code imports.
// Run: node scripts/check-docs.mjs
import { spawnSync } from "node:child_process"
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, posix } from "node:path"
import { missingPackages } from "./installed-packages.mjs"
import { modulesOf, readMarkdown } from "./markdown.mjs"

const cache = "docs/.cache/fences"
const shape = ["What it does", "Use it", "Change it", "What can fail", "Why it is safe"]

/** The guide in docs/guides of each feature folder of packages/core/src. */
const guides = {
  admin: "administration",
  backup: "users",
  secret: "credentials",
  store: "stores",
  user: "users",
  password: "passwords",
  session: "sessions",
  token: "tokens",
  "cli-login": "cli-login",
  "personal-data": "personal-data",
  setup: "setup",
  background: "mail",
  mail: "mail",
  code: "recovery",
  recovery: "recovery",
  throttle: "throttling",
  audit: "audit",
  hook: "hooks-and-events",
  identity: "identity",
  settings: "settings",
  auth: "options",
  testing: "testing"
}

const generated = /^docs\/(?:api|node_modules|\.cache|\.vitepress)\//
const pages = globSync(["*.md", "docs/**/*.md", "packages/*/README.md"])
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => !generated.test(path))
  .sort()
  .map((path) => ({ path, ...readMarkdown(readFileSync(path, "utf8")) }))

/** Writes the modules of every page into the cache; returns where each generated line came from. */
const writeFences = () => {
  rmSync(cache, { recursive: true, force: true })
  const origins = new Map()
  for (const { path, fences } of pages) {
    for (const { name, lines } of modulesOf(fences)) {
      const file = posix.join(cache, path.replaceAll("/", "--").replace(/\.md$/, ""), name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, lines.map(({ text }) => text).join("\n"))
      origins.set(file, { path, lines })
    }
  }
  return origins
}

const fenceProblems = () => {
  const origins = writeFences()
  if (origins.size === 0) return []
  const compiler = ["node_modules/@typescript/native/bin/tsc", "-p", "docs/tsconfig.fences.json", "--pretty", "false"]
  const { stdout, error } = spawnSync(process.execPath, compiler, { encoding: "utf8", maxBuffer: 1e8 })
  if (error) throw error
  const problems = []
  for (const row of stdout.split("\n")) {
    const [, file, line, says] = /^(\S+?)\((\d+),\d+\): (.*)$/.exec(row) ?? []
    const origin = origins.get(file)
    const from = origin?.lines[Math.min(Number(line), origin.lines.length) - 1]
    if (origin) problems.push({ path: origin.path, line: from?.line ?? 1, says })
    else if (/^\S/.test(row)) problems.push({ path: "sources", line: 0, says: row })
    else if (row.trim() !== "" && problems.length > 0) problems.at(-1).says += `\n${row}`
  }
  return problems
}

const linkProblems = () =>
  pages.flatMap(({ path, links }) =>
    links.flatMap(({ to, line }) => {
      const target = decodeURI(to.replace(/[?#].*$/, ""))
      if (/^(?:[a-z]+:|\/\/)/i.test(target)) return []
      const anchor = /#(.+)$/.exec(to)?.[1] ?? null
      if (target === "") return anchorProblems(path, anchor, to, line, path)
      const file = posix.normalize(target.startsWith("/") ? `docs${target}` : posix.join(dirname(path), target))
      const places = [file, `${file}.md`, posix.join(file, "index.md"), file.replace(/\.html$/, ".md")]
      if (generated.test(`${file}/`)) return []
      const place = places.find((each) => existsSync(each))
      if (place === undefined) return [{ path, line, says: `the link ${to} leads nowhere` }]
      return anchorProblems(place, anchor, to, line, path)
    })
  )

/** A link to a heading that its page does not have. Only our own pages of markdown have headings that we know. */
const anchorProblems = (place, anchor, to, line, path) => {
  const page = pages.find((each) => each.path === place)
  if (anchor === null || page === undefined || page.anchors.includes(decodeURI(anchor))) return []
  return [{ path, line, says: `the link ${to} leads to no heading of ${place}` }]
}

const guideProblems = () => {
  const isFeature = (entry) => entry.isDirectory() && entry.name !== "vocabulary" // words that the features share
  const folders = readdirSync("packages/core/src", { withFileTypes: true }).filter(isFeature)
  const missing = folders.flatMap(({ name }) => {
    const path = `packages/core/src/${name}`
    if (!guides[name]) return [{ path, line: 1, says: "has no row in the table `guides` of scripts/check-docs.mjs" }]
    const guide = join("docs/guides", `${guides[name]}.md`)
    return existsSync(guide) ? [] : [{ path, line: 1, says: `has no guide: write ${guide}` }]
  })
  const misshapen = pages
    .filter(({ path }) => /^docs\/guides\/(?!index\.md)/.test(path))
    .filter(({ headings }) => headings.filter((heading) => shape.includes(heading)).join() !== shape.join())
    .map(({ path }) => ({
      path,
      line: 1,
      says: `a guide has the headings "## ${shape.join('", "## ')}", in this order`
    }))
  return [...missing, ...misshapen]
}

/** Paths of the repository in the pages for contributors; `*` stands for any name. */
const pathProblems = () =>
  pages
    .filter(({ path }) => path === "CONTRIBUTING.md" || path === "docs/internals.md")
    .flatMap(({ path, spans }) =>
      spans
        .filter(
          ({ code }) => /^(?:packages|examples|scripts|docs|benchmarks)\/\S+$/.test(code) && globSync(code).length === 0
        )
        .map(({ code, line }) => ({ path, line, says: `there is no ${code}` }))
    )

const unclosed = pages.flatMap(({ path, fences }) =>
  fences
    .filter(({ lang }) => lang === "unclosed")
    .map(({ line }) => ({ path, line, says: "this fence is never closed" }))
)
const problems = [
  ...unclosed,
  ...linkProblems(),
  ...pathProblems(),
  ...guideProblems(),
  ...missingPackages(pages),
  ...fenceProblems()
]
for (const { path, line, says } of problems) console.error(`${path}:${line}  ${says}`)
console.log(`check-docs: ${pages.length} pages, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
