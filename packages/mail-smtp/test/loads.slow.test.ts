import { execFileSync } from "node:child_process"
import { fileURLToPath, pathToFileURL } from "node:url"
import { expect, test } from "vitest"

const entry = pathToFileURL(fileURLToPath(new URL("../src/index.ts", import.meta.url))).href

/** Loads the package in a process of its own, and tells every file that came with it. */
const program = `
  import { registerHooks } from "node:module"
  const urls = []
  registerHooks({ resolve: (name, context, next) => {
    const found = next(name, context)
    urls.push(found.url)
    return found
  } })
  await import(${JSON.stringify(entry)})
  console.log(JSON.stringify(urls))
`

test("a process that only sends mails loads the texts of the pages, and neither a page nor hono", () => {
  const flags = ["--conditions=latchkey-source", "--disable-warning=ExperimentalWarning", "--input-type=module"]
  const said = execFileSync(process.execPath, [...flags, "--eval", program], { encoding: "utf8" })
  const urls: ReadonlyArray<string> = JSON.parse(said)
  expect(urls.some((url) => url.endsWith("/http/src/texts/english/mail.ts"))).toBe(true)
  expect(urls.filter((url) => /\.tsx$|\/hono\/|\/http\/src\/(?!texts|request\/accepted)/.test(url))).toEqual([])
})
