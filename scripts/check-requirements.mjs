// Ties the security requirements to the tests and the sources. Every must and every should either has a test titled with
// its id, or waits for a feature that is planned; a should may also say why it is not built (OPS-05). No test claims an id
// that does not exist. The page docs/security/requirements.md is up to date.
// Run: node scripts/check-requirements.mjs [--list-missing | --write]
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { factsOf } from "./source-facts.mjs"

const page = "docs/security/requirements.md"
const tests = ["packages/*/{src,test}/**/*.{ts,tsx}", "examples/*/test/**/*.{ts,tsx}", "scripts/*.test.mjs"]
const sources = ["packages/*/src/**/*.{ts,tsx}", "scripts/*.mjs"]
const proofs = /\.test\.|^packages\/conformance\/|\/testing\//
const priorities = { M: "must", S: "should", L: "later" }
/** What will still be built. Nothing waits for anything else. */
const planned = ["signed tokens", "packaging"]

/** Where each id is claimed by a test title or a law, as a map from id to `path:line`. */
export const claimsIn = (files) => {
  const claims = new Map()
  for (const { path, text } of files) {
    if (!/\b[A-Z]{3}-\d\d\b/.test(text)) continue
    for (const { title, line } of factsOf(path, text).titles)
      for (const [id] of title.matchAll(/\b[A-Z]{3}-\d\d\b/g)) if (!claims.has(id)) claims.set(id, `${path}:${line}`)
  }
  return claims
}

/** Which source files name each id, as a map from id to sorted paths. Tests and laws prove a rule and decide nothing. */
export const decisionsIn = (files) => {
  const decisions = new Map()
  for (const { path, text } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (proofs.test(path)) continue
    for (const id of new Set(text.match(/\b[A-Z]{3}-\d\d\b/g))) decisions.set(id, [...(decisions.get(id) ?? []), path])
  }
  return decisions
}

/**
 * `missing`: musts and shoulds that no test claims and that wait for nothing. `unknown`: ids of our areas that tests claim
 * and the table lacks. `misplaced`: what waits for a feature that nobody plans, or for one and has a test; a must that is
 * not built; and what is not built and has a test.
 */
export const compare = (requirements, claims) => {
  const ids = new Set(requirements.map(({ id }) => id))
  const areas = new Set([...ids].map((id) => id.slice(0, 3)))
  const isOpen = ({ waitsFor, notBuilt }) => waitsFor !== undefined || notBuilt !== undefined
  return {
    missing: requirements.filter((row) => row.priority !== "L" && !isOpen(row) && !claims.has(row.id)),
    unknown: [...claims].filter(([id]) => areas.has(id.slice(0, 3)) && !ids.has(id)),
    misplaced: requirements.filter(
      (row) =>
        (row.waitsFor !== undefined && !planned.includes(row.waitsFor)) ||
        (row.notBuilt !== undefined && row.priority === "M") ||
        (isOpen(row) && claims.has(row.id))
    )
  }
}

/** The table as a page, one section per area, with links to the files that decide each rule. */
export const pageOf = (requirements, decisions) => {
  const cell = (text) => text.replaceAll("|", "\\|")
  const link = (path) => `[${path.replace(/^packages\/([^/]+)\/src\//, "$1/")}](../../${path})`
  const row = ({ id, priority, rule, waitsFor }) => {
    const decidedIn = (decisions.get(id) ?? []).map(link).join(", ")
    return `| ${id} | ${priorities[priority]} | ${cell(rule)} | ${waitsFor ?? ""} | ${decidedIn} |`
  }
  const left = ({ id, rule, notBuilt }) => `| ${id} | ${cell(rule)} | ${cell(notBuilt)} |`
  const section = (area) => {
    const rows = built.filter((one) => one.area === area).map(row)
    return [`## ${area}`, "", ...head, ...rows, ""].join("\n")
  }
  const built = requirements.filter(({ notBuilt }) => notBuilt === undefined)
  const notBuilt = requirements.filter((one) => one.notBuilt !== undefined)
  const areas = [...new Set(built.map(({ area }) => area))]
  const end = notBuilt.length === 0 ? [] : [[...leftHead, ...notBuilt.map(left), ""].join("\n")]
  return `${intro}\n${[...areas.map(section), ...end].join("\n")}`
}

const head = ["| Id | Priority | Rule | Waits for | Decided in |", "| --- | --- | --- | --- | --- |"]

const leftHead = [
  "## Not built",
  "",
  "What was weighed and left out, and why. None of it is planned.",
  "",
  "| Id | Rule | Why not |",
  "| --- | --- | --- |"
]

const intro = `<!-- Made from requirements.json by \`node scripts/check-requirements.mjs --write\`: change that file instead. -->

# Security requirements

What Latchkey promises, one line each. A test that proves a requirement has its id in the title. The build fails when a
*must* or a *should* has no such test, unless it waits for a feature that is planned, or stands under *Not built*.
\`git grep\` with an id finds the tests.

- *Waits for* names the planned feature that will bring the requirement.
- *Decided in* lists the source files that name the id, in a comment or in code.
`

const main = () => {
  const requirements = JSON.parse(readFileSync("docs/security/requirements.json", "utf8"))
  const read = (globs) =>
    globSync(globs).map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(path, "utf8") }))
  const wanted = pageOf(requirements, decisionsIn(read(sources)))
  if (process.argv.includes("--write")) return writeFileSync(page, wanted)
  const claims = claimsIn(read(tests))
  const { missing, unknown, misplaced } = compare(requirements, claims)
  const stale = readFileSync(page, "utf8") === wanted ? [] : [`${page} is stale: run this script with --write`]
  const problems = [
    ...stale,
    ...unknown.map(([id, place]) => `${place}  ${id} is not in docs/security/requirements.json`),
    ...misplaced.map(
      ({ id }) => `${id}  waits for nothing that is planned, is a must that is not built, or has a test by now`
    ),
    ...missing.map(({ id, rule }) => `${id}  has no test with its id in the title, and waits for nothing: ${rule}`)
  ]
  for (const problem of problems) console.error(problem)
  console.log(`check-requirements: ${claims.size} ids have tests, ${missing.length} requirements have none`)
  if (!process.argv.includes("--list-missing")) process.exitCode = problems.length === 0 ? 0 : 1
}

if (import.meta.main) main()
