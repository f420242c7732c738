// Builds the site: the pages of the API from the sources, then all pages with VitePress. Its half-made files go in any case,
// also when it is stopped. Run: npm run docs
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Application } from "typedoc"
import { build } from "vitepress"

const docs = fileURLToPath(new URL(".", import.meta.url))
const removeHalfMade = () => rmSync(`${docs}.vitepress/.temp`, { recursive: true, force: true })

removeHalfMade() // of a run that was killed
process.once("exit", removeHalfMade)
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1))

const app = await Application.bootstrapWithPlugins({ options: `${docs}typedoc.json` })
const api = await app.convert()
if (api === undefined) process.exit(1)
await app.generateOutputs(api)
if (app.logger.hasErrors()) process.exit(1)
await build(docs)
