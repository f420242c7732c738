// Follows the guide "Bundling" in projects of the quick starts: builds each bundle that the guide names, starts it, sets it up
// and logs in. Commands and configurations come from the guide.
import { rmSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openBrowser } from "./browser.mjs"
import { commandsWith, freePort, makeProject, pageAt } from "./host-project.mjs"

const guide = pageAt("docs/guides/bundling.md")
const ada = { username: "ada", password: "four unrelated words here" }

/** The lines of a command of the guide, from the last program that it runs. */
const building = (text) => {
  const lines = commandsWith(guide, text)
  return lines.slice(lines.findIndex((line) => line.startsWith("npx "))).join("\n")
}
const configuration = (name) => {
  const fence = guide.fences.find(({ code }) => code[0] === `// file: ${name}`)
  return { [name]: fence.code.join("\n") }
}

const plain = building("install --save-dev esbuild")
const withBanner = building("--banner:js")
const bundles = [
  ["hono", "esbuild", plain],
  ["hono", "esbuild, minified", `${plain} --minify`],
  ["express", "esbuild", withBanner],
  ...["hono", "express"].flatMap((framework) => [
    [framework, "tsup", building("npx tsup")],
    [framework, "tsup with all packages", "npx tsup", configuration("tsup.config.ts")],
    [framework, "Vite", building("npx vite")],
    [framework, "Vite with all packages", "npx vite build", configuration("vite.config.ts")]
  ])
].map(([framework, bundler, command, files = {}]) => ({ framework, bundler, command, files }))

describe.each(["hono", "express"])("the quick start with %s", (framework) => {
  const page = pageAt(`docs/quick-start-${framework}.md`)
  let project
  let port

  beforeAll(async () => {
    port = await freePort()
    project = await makeProject(page)
    const server = page.fences.find(({ code }) => code[0] === "// file: server.ts").code.join("\n")
    project.write({ "server.ts": server.replace(/\b3000\b/g, port) })
    const installs = guide.fences.flatMap(({ code }) =>
      code.filter((line) => line.startsWith("npm install --save-dev"))
    )
    await project.run(installs.join("\n"))
  }, 300_000)
  afterAll(() => project?.remove())

  it.each(bundles.filter((bundle) => bundle.framework === framework))(
    "is bundled with $bundler, and one can log in",
    async ({ command, files }) => {
      for (const left of ["build", "app.db", "app.db-wal", "app.db-shm", "tsup.config.ts", "vite.config.ts"])
        rmSync(join(project.folder, left), { recursive: true, force: true })
      project.write(files)
      await project.run(command)
      const server = await project.start("node build/server.js", port)
      try {
        const [, secret] = await server.said(/\/setup\/\?token=(\S+)/)
        const browser = openBrowser(server.url)
        await browser.submit(await browser.open(`/setup/?token=${secret}`), "/setup/", ada)
        const landed = await browser.submit(await browser.open("/private"), "/login", ada)
        expect(landed).toMatchObject({ path: "/private", html: "Hello ada." })
      } finally {
        await server.stop()
      }
    }
  )
})
