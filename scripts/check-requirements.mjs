// Ties the security requirements to the tests: every must whose subject exists has a test titled with its id (OPS-05), no
// test claims an id that does not exist, and the page docs/security/requirements.md says what the table says.
// Run: node scripts/check-requirements.mjs [--list-missing | --write]
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { factsOf } from "./source-facts.mjs"

const page = "docs/security/requirements.md"
const sources = ["packages/*/{src,test}/**/*.{ts,tsx}", "examples/*/test/**/*.{ts,tsx}", "scripts/*.test.mjs"]
const priorities = { M: "must", S: "should", L: "later" }

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

/** `missing`: musts of now that no test claims. `unknown`: ids of our areas that tests claim and the table lacks. */
export const compare = (requirements, claims) => {
  const ids = new Set(requirements.map(({ id }) => id))
  const areas = new Set([...ids].map((id) => id.slice(0, 3)))
  return {
    missing: requirements.filter(({ id, priority, status }) => priority === "M" && status === "now" && !claims.has(id)),
    unknown: [...claims].filter(([id]) => areas.has(id.slice(0, 3)) && !ids.has(id))
  }
}

/** The table as a page, one section per area. */
export const pageOf = (requirements) => {
  const cell = (text) => text.replaceAll("|", "\\|")
  const row = ({ id, priority, rule, waitsFor }) =>
    `| ${id} | ${priorities[priority]} | ${cell(rule)} | ${waitsFor ?? ""} |`
  const section = (area) => {
    const rows = requirements.filter((one) => one.area === area).map(row)
    return [`## ${area}`, "", "| Id | Priority | Rule | Waits for |", "| --- | --- | --- | --- |", ...rows, ""].join(
      "\n"
    )
  }
  const areas = [...new Set(requirements.map(({ area }) => area))]
  return `${intro}\n${areas.map(section).join("\n")}`
}

const intro = `<!-- Made from requirements.json by \`node scripts/check-requirements.mjs --write\`: change that file instead. -->

# Security requirements

What Latchkey promises, one line each. A test is titled with the id of the requirement it holds, and the build fails when a
*must* has none, so a promise cannot outlive its proof: \`git grep SES-05\` leads from the rule to the test. *Waits for* names
the feature a requirement belongs to when that feature is not here yet.
`

const main = () => {
  const requirements = JSON.parse(readFileSync("docs/security/requirements.json", "utf8"))
  const wanted = pageOf(requirements)
  if (process.argv.includes("--write")) return writeFileSync(page, wanted)
  const claims = claimsIn(globSync(sources).map((path) => ({ path, text: readFileSync(path, "utf8") })))
  const { missing, unknown } = compare(requirements, claims)
  const stale = readFileSync(page, "utf8") === wanted ? [] : [`${page} is stale: run this script with --write`]
  const problems = [
    ...stale,
    ...unknown.map(([id, place]) => `${place}  ${id} is not in docs/security/requirements.json`),
    ...missing.map(({ id, rule }) => `${id}  no test is titled with it: ${rule}`)
  ]
  for (const problem of problems) console.error(problem)
  console.log(`check-requirements: ${claims.size} ids have tests, ${missing.length} musts have none`)
  if (!process.argv.includes("--list-missing")) process.exitCode = problems.length === 0 ? 0 : 1
}

if (import.meta.main) main()
