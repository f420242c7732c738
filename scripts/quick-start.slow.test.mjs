// Follows the quick starts from an empty folder, with packed packages and the npm registry, and then, in the projects that
// they make, what the guides say: replacing a page in each form, and every example that serves something. Where it needs
// text of a page (commands, files, links), it takes it from the page.
import { copyFileSync, globSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { attributeOf, elementsOf, openBrowser } from "./browser.mjs"
import { commandsWith, freePort, makeProject, pageAt } from "./host-project.mjs"
import { modulesOf } from "./markdown.mjs"

const password = "four unrelated words here"
const ada = { username: "ada", password }

/** Where the two quick starts differ. */
const frameworks = [
  { framework: "hono", factory: "honoAuth", adminOnly: "/reports" },
  { framework: "express", factory: "expressAuth", adminOnly: "/reports/2026" }
]

/** Every module in the code of the documents, with what we must know to run it. */
const modules = globSync(["README.md", "docs/*.md", "docs/guides/*.md", "packages/*/README.md"])
  .map((path) => path.replaceAll("\\", "/"))
  .sort()
  .flatMap((path) =>
    modulesOf(pageAt(path).fences).map(({ name, lines }) => ({
      path,
      name,
      line: lines[0].line,
      folder: path.replaceAll("/", "-").replace(/\.md$/, ""),
      code: lines.map(({ text }) => text).join("\n")
    }))
  )

/**
 * The modules that mount Latchkey. Each is run: as a test of vitest, as a server on port 3000, or by what it exports
 * (scripts/ask-example.mjs has the names). Those without an adapter run beside Hono's. The adapter of the guide for
 * writing one is a copy of examples/fastify-adapter, and is tested there.
 */
const examplesOf = (factory) =>
  modules.filter(
    (module) =>
      module.path !== "docs/guides/writing-an-adapter.md" &&
      [module, ...importedBy(module)].some(
        ({ code }) => code.includes(`${factory}(`) || (factory === "honoAuth" && code.includes("makeSurface("))
      )
  )
/** The modules of the same page that a module imports. */
const importedBy = ({ folder, code }) =>
  modules.filter((other) => other.folder === folder && code.includes(`from "./${other.name}"`))
const isTest = ({ code }) => code.includes('from "vitest"')
const isServer = ({ code }) => /^(?:const server = )?(?:serve\(|app\.listen\()/m.test(code)

const guide = pageAt("docs/guides/pages.md")
const guideModule = (isIt) => modules.find((module) => module.path === "docs/guides/pages.md" && isIt(module)).code
/** The files of the guide that hold a page, and the code that gives it to the adapter. */
const pageFiles = ["login-page.ts", "jsx-login-page.tsx", "plain-login-page.ts"]
const mounting = guideModule(({ code }) => code.includes('from "./login-page.ts"'))

describe.each(frameworks)("in a project of the quick start with $framework", ({ framework, factory, adminOnly }) => {
  const path = `docs/quick-start-${framework}.md`
  const page = pageAt(path)
  let project
  let port

  beforeAll(async () => {
    port = await freePort()
    project = await makeProject(page)
    copyFileSync("scripts/ask-example.mjs", join(project.folder, "ask-example.mjs"))
  }, 300_000)
  afterAll(() => project?.remove())

  /** Text of a page, for the port that is free here. */
  const here = (text) => text.replaceAll("localhost:3000", `localhost:${port}`).replace(/\b3000\b/g, port)
  /** A command of the page, with what is in place of its dots, and without its comment. */
  const command = (text, { password: typed, ...secrets }) => {
    let line = here(text)
      .replace(/\s+#.*$/, "")
      .replace("password=…", `password=${typed}`)
    for (const [start, secret] of Object.entries(secrets)) line = line.replace(`${start}…`, secret)
    expect(line).not.toContain("…")
    return line
  }
  const start = async (files, line = commandsWith(page, "node server.ts").join("\n")) => {
    project.write(files)
    return project.start(line, port)
  }
  const logIn = async (browser, to) => browser.submit(await browser.open(to), "/login", ada)

  it("one gets from the setup link to the private page, and a program too", async () => {
    const server = await start({ "server.ts": here(serverOf(page)) })
    try {
      const link = page.fences.map(({ code }) => code[0]).find((line) => line?.includes("/setup/?token="))
      const [, prefix] = /(There is no administrator.*token=)/.exec(here(link))
      const [, secret] = await server.said(new RegExp(`${prefix.replace(/[.?]/g, "\\$&")}(\\S+)`))
      const browser = openBrowser(server.url)
      await browser.submit(await browser.open(`/setup/?token=${secret}`), "/setup/", ada)
      const landed = await logIn(browser, "/login")
      expect(landed).toMatchObject({ path: "/profile/", status: 200 })
      expect(await browser.open("/private")).toMatchObject({ path: "/private", html: "Hello ada." })

      const another = openBrowser(server.url)
      expect(await logIn(another, "/private")).toMatchObject({ path: "/private", html: "Hello ada." })
      const third = openBrowser(server.url)
      const registered = await third.submit(await third.open("/register"), "/register", { username: "grace", password })
      expect(registered.status).toBe(200)
      expect((await third.open("/private")).html).toBe("Hello grace.")

      const [refused, logsIn, greets] = commandsWith(page, "curl -i")
      expect(await project.run(command(refused, {}))).toMatch(/^HTTP\/1.1 401.*application\/problem\+json/s)
      const { access_token: token } = JSON.parse(await project.run(command(logsIn, { password })))
      expect(await project.run(command(greets, { lk_ses_: token }))).toBe("Hello ada.")
    } finally {
      await server.stop()
    }
  })

  it("one can ask for more than being logged in, and let programs in", async () => {
    const server = await start({ "server.ts": here(serverOf(page, { whole: true })) })
    try {
      const [browser, stranger] = [openBrowser(server.url), openBrowser(server.url)]
      await logIn(browser, "/private")
      expect((await browser.open(adminOnly)).html).toContain("Only superusers")
      expect((await browser.post("/danger")).html).toContain("within ten minutes")
      expect((await browser.open("/hello")).html).toBe("Hello you.")
      expect((await stranger.open("/hello")).html).toBe("Hello stranger.")

      const tokens = await browser.open("/tokens/")
      const boxes = elementsOf(tokens.html, "input").filter((input) => attributeOf(input, "type") === "checkbox")
      const box = boxes.map((input) => attributeOf(input, "name")).find((name) => name.includes("jobs:read"))
      const made = await browser.submit(tokens, "/tokens/", { name: "ci", [box]: "on" })
      const secrets = { lk_pat_: /lk_pat_\w+/.exec(made.html)?.[0] }
      const [reads, writes] = commandsWith(page, "lk_pat_")
      expect(await project.run(command(reads, secrets))).toBe("[]")
      expect(JSON.parse(await project.run(command(writes, secrets)))).toMatchObject({
        status: 403,
        code: "insufficient-scope"
      })
    } finally {
      await server.stop()
    }
  })

  it("the tests of the quick start pass, and those of the guides that use its adapter", async () => {
    const [install, test] = page.spans.map(({ code }) => code).filter((code) => code.includes("vitest"))
    const tests = examplesOf(factory).filter(isTest)
    const nameOf = ({ folder, name }) => `tests/${folder}/${name.replace(/(?:\.test)?\.ts$/, ".test.ts")}`
    project.write(Object.fromEntries(tests.map((module) => [nameOf(module), module.code])))
    const beside = tests.flatMap(importedBy).flatMap((module) => [module, ...importedBy(module)])
    project.write(Object.fromEntries(beside.map(({ folder, name, code }) => [`tests/${folder}/${name}`, code])))
    await project.run(install)
    expect(await project.run(test)).toMatch(`${tests.length} passed`)
    expect(tests.map(({ path: of }) => of)).toContain(path)
  })

  it.each(pageFiles)("the login page can be replaced by %s of the guide", async (file) => {
    const [importing, option] = [/import \{ MyLogin \}.*/, /\{ pages: .* \}(?=\))/].map(
      (pattern) => pattern.exec(mounting)[0]
    )
    const text = `${importing.replace("login-page.ts", file)}\n${serverOf(page)}`
    const files = { "server.ts": here(text.replace(`${factory}(auth)`, `${factory}(auth, ${option})`)) }
    expect(files["server.ts"]).toContain("pages: ")
    files[file] = guideModule(({ name }) => name === file)
    let line
    if (file.endsWith(".tsx")) {
      const [install, runJsx] = commandsWith(guide, "npx tsx")
      files["tsconfig.json"] = guide.fences.find(({ lang }) => lang === "jsonc").code.join("\n")
      await project.run(install)
      line = runJsx
    }
    const server = await start(files, line)
    try {
      const browser = openBrowser(server.url)
      const shown = await browser.open("/private")
      expect(shown.html).toContain("<h1>Welcome back</h1>")
      expect(shown.html.match(/<!doctype html>/gi)).toHaveLength(1)
      const username = `"><b id='hostile'>&amp;`
      const refused = await browser.submit(shown, "/login", { username, password })
      expect(refused.status).toBe(400)
      const [input] = elementsOf(refused.html, "input").filter((each) => attributeOf(each, "name") === "username")
      expect(attributeOf(input, "value")).toBe(username)
      expect(elementsOf(refused.html, "b")).toEqual([])
      expect(elementsOf(refused.html, "p").filter((each) => attributeOf(each, "role") === "alert")).toHaveLength(1)
      expect(await browser.submit(refused, "/login", ada)).toMatchObject({ path: "/private", html: "Hello ada." })
    } finally {
      await server.stop()
    }
  })

  const served = examplesOf(factory).filter((module) => !isTest(module) && module.path !== path)

  it.each(served.filter((module) => !isServer(module)))(
    "$path:$line answers, and has a way to log in",
    async (module) => {
      const { folder, name, code } = module
      const together = modules.filter((other) => other.folder === folder && /\.tsx?$/.test(other.name))
      project.write(Object.fromEntries(together.map((other) => [`examples/${folder}/${other.name}`, other.code])))
      const isBasic = code.includes('mode: "basic"')
      const login = (/basePath: "([^"]+)"/.exec(code)?.[1] ?? "") + (isBasic ? "/profile/" : "/login")
      const output = await project.run(`cd examples/${folder} && node ../../ask-example.mjs ./${name} / ${login}`)
      const [home, entry] = JSON.parse(output.split("\n").findLast((row) => row.startsWith("[")))
      expect(home.status).toBeLessThan(500)
      if (code.includes('get("/"')) expect(home.status).not.toBe(404)
      if (isBasic) expect(entry).toMatchObject({ status: 401, challenge: expect.stringContaining("Basic") })
      else expect([entry.status, entry.html]).toEqual([200, expect.stringContaining('name="password"')])
    }
  )

  it.each(served.filter(isServer))(
    "$path:$line is a server that has a way to log in",
    async ({ folder, name, code }) => {
      const file = `examples/${folder}/${name}`
      project.write({ [file]: here(code) })
      const server = await project.start(`node ${file}`, port)
      try {
        expect((await openBrowser(server.url).open("/login")).html).toContain('name="password"')
      } finally {
        await server.stop()
      }
    }
  )
})

/** The server of a quick start: what its second chapter shows or, as `whole`, with what is added later, where the page says so. */
function serverOf(page, { whole = false } = {}) {
  const first = page.fences.findIndex(({ code }) => code[0] === "// file: server.ts")
  const text = page.fences[first].code.join("\n")
  if (!whole) return text
  const more = page.fences.filter(({ info }) => info === "continued").map(({ code }) => code.join("\n"))
  const scopes = page.fences.find(({ lang, code }) => lang === "text" && code[0].includes("scopes:"))
  return text
    .replace('name: "My app"', `name: "My app",\n${scopes.code.join("\n")}`)
    .replace(/^const server = /m, (line) => `${more.join("\n\n")}\n\n${line}`)
}
