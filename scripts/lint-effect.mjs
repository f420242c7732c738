// Reports what the compiler accepts and Effect does not: an effect that nothing runs, a `yield` without its star. The rules
// are those of Effect's language service. Its own command makes a new program for every fifty files and spends most of its
// time on checking the same types again; here one program serves all files. Run: node scripts/lint-effect.mjs
import { createRequire } from "node:module"
import ts from "typescript"

const require = createRequire(import.meta.url)
/** CommonJS, whose default export Node and Vitest import under different names. */
const { default: inspector } = require("@effect/language-service/transform.js")
const { definitions } = require("@effect/language-service/schema.json")

/** Suggestions are for editors: they never fail the lint, so their rules need not run. */
const withoutSuggestions = Object.fromEntries(
  Object.entries(definitions.effectLanguageServicePluginDiagnosticSeverityDefinition.properties)
    .filter(([, rule]) => rule.default === "suggestion")
    .map(([name]) => [name, "off"])
)

/** The errors and warnings about some files of a program. */
export const effectFindings = (program, files) => {
  const found = []
  const rules = { diagnosticSeverity: withoutSuggestions }
  const inspect = inspector(program, rules, { addDiagnostic: (finding) => found.push(finding), ts })()
  for (const file of files) inspect(program.getSourceFile(file))
  return found
}

const main = () => {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile("tsconfig.json", {}, ts.sys)
  const found = effectFindings(ts.createProgram(fileNames, options), fileNames)
  const host = {
    getCurrentDirectory: ts.sys.getCurrentDirectory,
    getCanonicalFileName: (file) => file,
    getNewLine: () => "\n"
  }
  process.stdout.write(ts.formatDiagnosticsWithColorAndContext(found, host))
  console.log(`lint:effect: ${found.length} findings in ${fileNames.length} files`)
  process.exitCode = found.length === 0 ? 0 : 1
}

if (import.meta.main) main()
