// Holds the house together: imports run one way, vendors stay in one file, and core stays pure. The rules are tables in
// import-rules.mjs; the facts come from the TypeScript parser, so comments and strings cannot fool it.
// Run: node scripts/check-imports.mjs
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs"
import { posix } from "node:path"
import {
  coreFolders,
  forbidden,
  forbiddenAnywhere,
  foundations,
  hasher,
  httpFolders,
  packageRules,
  sharedTestFolders
} from "./import-rules.mjs"
import { factsOf } from "./source-facts.mjs"

/** Every problem in the given files, as `{ path, line, rule, says }`. Pure, so that the tests can feed it snippets. */
export const problemsIn = (files) => {
  const sources = files.map(({ path, text }) => read(path, text))
  return [...sources.flatMap(wrongImports), ...sources.flatMap(bannedCode), ...scatteredVendors(sources)]
}

const isTest = (inside) => inside.startsWith("test/") || /\.(?:test|test-d)\.tsx?$/.test(inside)

/** `name` is the folder under packages/, `inside` the path from there; `published` is what ends up in a tarball. */
const read = (path, text) => {
  const [, name = "", inside = ""] = /^packages\/([^/]+)\/(.*)$/.exec(path) ?? []
  const published = inside.startsWith("src/") && !isTest(inside)
  const rules = packageRules.find(({ match }) => match.test(name))
  return { path, name, inside, published, rules, ...factsOf(path, text) }
}

const wrongImports = (source) =>
  source.imports.flatMap((one) => {
    const [rule, says] = (one.to.startsWith(".") ? judgeRelative(source, one) : judgeNamed(source, one)) ?? []
    return rule ? [{ path: source.path, line: one.line, rule, says }] : []
  })

const judgeRelative = ({ name, inside, published }, { to, type }) => {
  const target = posix.join(posix.dirname(inside), to)
  if (target.startsWith("..")) {
    const isShared = !published && sharedTestFolders.test(posix.join("packages", name, target))
    return isShared ? null : ["package-border", `${to} leaves the package: import it by its name`]
  }
  const folders = { core: coreFolders, http: httpFolders }[name]
  const unlisted = { http: { uses: foundations } }[name]
  if (!folders || !published) return null
  const [here, there] = [inside, target].map((path) => (path.split("/").length > 2 ? path.split("/")[1] : "entry"))
  if (there === "testing" && here !== "testing" && inside !== "src/testing.ts")
    return ["testing-border", `${to}: only testing.ts and testing/ may import what exists for tests`]
  if (here === "entry" || here === there) return null
  if (name === "core" && hasher.files.test(target) && !type && !hasher.importers.includes(here))
    return ["ENU-10", `${to}: call Passwords, so that no path forgets the work for unknown users`]
  return judgeDirection(folders[here] ?? unlisted, here, there, to, type)
}

const judgeDirection = (folder, here, there, to, type) => {
  if (!folder) return ["import-direction", `the folder ${here} has no row in scripts/import-rules.mjs`]
  const uses = folder.uses === "everything" || folder.uses.includes(there)
  const names = folder.names === "everything" || folder.names?.includes(there)
  if (uses || (names && type)) return null
  if (names) return ["import-direction", `${to}: ${here} may import ${there} with \`import type\` only`]
  return ["import-direction", `${to}: ${here} may not import ${there}, only ${folder.uses.join(", ") || "itself"}`]
}

const judgeNamed = ({ name, inside, published, rules }, { to }) => {
  if (to === "effect" || to.startsWith("effect/")) return published ? judgeEffect(to) : null
  if (!rules) return null
  const own = `@latchkey/${name}`
  if (to === own || to.startsWith(`${own}/`))
    return published ? ["package-border", `${to} is this package: import the file`] : null
  const allowed = published ? rules.source : [...rules.source, ...rules.tests]
  if (!allowed.some((pattern) => pattern.test(to))) return ["package-imports", `${to}: ${rules.says}`]
  const home = rules.vendorHome?.[to]
  return published && home && inside !== home ? ["one-vendor-file", `${to} belongs in ${home} alone`] : null
}

/** Published source names stable modules one by one: a barrel drags everything in, an unstable one may change any day. */
const judgeEffect = (to) => {
  if (to === "effect") return ["effect-barrel", 'import the module: import * as Effect from "effect/Effect"']
  const file = `node_modules/${to.replace("effect/", "effect/src/")}.ts`
  const stable = existsSync(file) && readFileSync(file, "utf8").includes("@stability stable")
  return stable ? null : ["effect-stable", `${to} is no stable module of Effect`]
}

const bannedCode = ({ path, name, inside, published, pieces }) => {
  if (!published) return []
  const bans =
    name === "core" && !inside.startsWith("src/testing/") ? [...forbidden, ...forbiddenAnywhere] : forbiddenAnywhere
  return pieces.flatMap(({ code, line }) =>
    bans.filter((ban) => ban.code.test(code)).map(({ rule, says }) => ({ path, line, rule, says: `${code}: ${says}` }))
  )
}

/** A vendor named in two files of a package is a vendor that cannot be replaced in one. */
const scatteredVendors = (sources) => {
  const firstFile = new Map()
  return sources.flatMap(({ path, name, published, rules, imports }) =>
    imports.flatMap(({ to, line }) => {
      if (!published || to.startsWith(".") || !rules?.vendors?.some((pattern) => pattern.test(to))) return []
      const key = `${name} ${to}`
      if (!firstFile.has(key)) firstFile.set(key, path)
      if (firstFile.get(key) === path) return []
      return [{ path, line, rule: "one-vendor-file", says: `${to} is already named in ${firstFile.get(key)}` }]
    })
  )
}

const LONGEST_LINE = 110

/** The folders of a table as CONTRIBUTING.md shows them: each imports from what stands to its left, and none of its own rank. */
export const pictureOf = (folders) => {
  const names = Object.keys(folders).filter((name) => folders[name].uses !== "everything")
  const rankOf = (name) => 1 + Math.max(-1, ...folders[name].uses.map(rankOf))
  const ranks = Map.groupBy(names, rankOf)
  const words = [...ranks.keys()].sort((one, other) => one - other).map((rank) => ranks.get(rank).join(" · "))
  const lines = [""]
  for (const word of words) {
    const last = lines.at(-1)
    if (last === "") lines[lines.length - 1] = word
    else if (`${last}  ←  ${word}`.length <= LONGEST_LINE) lines[lines.length - 1] = `${last}  ←  ${word}`
    else lines.push(`  ←  ${word}`)
  }
  return lines.join("\n")
}

/** What CONTRIBUTING.md shows otherwise than the tables have it. */
const pictureProblems = () => {
  const path = "CONTRIBUTING.md"
  const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n")
  const features = readdirSync("packages/http/src", { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const unlisted = features
    .filter(({ name }) => !(name in httpFolders))
    .map(({ name }) => [name, { uses: foundations }])
  return [coreFolders, { ...httpFolders, ...Object.fromEntries(unlisted) }]
    .map(pictureOf)
    .filter((picture) => !text.includes(`\`\`\`text\n${picture}\n\`\`\``))
    .map((picture) => ({ path, line: 1, rule: "picture", says: `lacks this picture of imports:\n${picture}` }))
}

if (import.meta.main) {
  const paths = globSync("packages/*/{src,test}/**/*.{ts,tsx}").map((path) => path.replaceAll("\\", "/"))
  const sources = paths.sort().map((path) => ({ path, text: readFileSync(path, "utf8") }))
  const problems = [...problemsIn(sources), ...pictureProblems()]
  for (const { path, line, rule, says } of problems) console.error(`${path}:${line}  ${rule}  ${says}`)
  console.log(`check-imports: ${paths.length} files, ${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
