// Everything a change must pass, in one command: npm run check. Each step is an npm script that can be run alone. Steps
// run side by side as far as the cores allow, quiet unless they fail; the tests run last and alone, so that no compiler
// steals their time. All steps run even after a failure, so that one run shows everything there is to fix.
import { spawn } from "node:child_process"
import { availableParallelism } from "node:os"

const beside = [
  { name: "lint:effect" },
  { name: "build" },
  { name: "lint" },
  { name: "requirements" },
  { name: "types" },
  { name: "docs:check" },
  { name: "knip" },
  { name: "packages", after: "build" },
  { name: "docs" }
]
const alone = ["test:all"]

const results = new Map()
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

const run = (name, stdio) =>
  new Promise((done) => {
    const start = performance.now()
    let output = ""
    const step = spawn("npm", ["run", "--silent", name], { stdio, shell: process.platform === "win32" })
    for (const stream of [step.stdout, step.stderr]) stream?.on("data", (text) => (output += text))
    step.on("close", (code) => {
      results.set(name, code === 0)
      if (code !== 0) process.stdout.write(`\n${output}`)
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${name.padEnd(14)} ${seconds(start)}`)
      done()
    })
  })

const started = performance.now()
const waiting = [...beside]
const worker = async () => {
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ after }) => !after || results.has(after))
    if (ready < 0) {
      await new Promise((again) => setTimeout(again, 50))
      continue
    }
    const [{ name, after }] = waiting.splice(ready, 1)
    if (!after || results.get(after)) await run(name, ["ignore", "pipe", "pipe"])
    else console.log(`FAILED ${name.padEnd(14)} not run, because ${after} failed`)
  }
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker))
for (const name of alone) await run(name, "inherit")

const failed = [...results].filter(([, ok]) => !ok).map(([name]) => name)
const verdict = failed.length === 0 ? "all steps passed" : `failed: ${failed.join(", ")}`
console.log(`\ncheck: ${verdict} (${seconds(started)})`)
process.exitCode = failed.length === 0 ? 0 : 1
