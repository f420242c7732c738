// Installs the packed packages as people do, and runs programs of a host there: with each package manager, as ES module and as
// CommonJS, with Hono and Express, with the oldest and the newest of each peer, on each Node line, and on Bun and Deno.
import { spawn } from "node:child_process"
import { globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { build } from "tsup"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { findRedis } from "./find-redis.mjs"
import { freePort } from "./host-project.mjs"
import { bun, deno, fetchTools, managers, pnpmSettings, run } from "./install-managers.mjs"
import { expected, programOf } from "./install-programs.mjs"
import { nodeLines, nodeOf } from "./matrix.mjs"

const started = performance.now()
/** A line of progress: installing takes minutes on a machine that has fetched nothing yet. */
const tell = (what) => console.log(`installs: ${what} (after ${Math.round((performance.now() - started) / 1000)} s)`)

const redisServer = findRedis()
const wanted = ["core", "http", "adapter-hono", "adapter-express", "store-sqlite", "store-redis"]
const published = globSync("packages/*/package.json")
  .map((path) => JSON.parse(readFileSync(path, "utf8")))
  .filter((manifest) => !manifest.private)
let root
/** By name: where the packed package is. `ofHost` are those that every host has. */
let packed
let ofHost

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "latchkey-installs-")))
  tell("packing, and fetching the package managers")
  const workspaces = published.flatMap(({ name }) => ["-w", name])
  const [said] = await Promise.all([
    run(resolve("."), "npm", ["pack", "--json", "--silent", ...workspaces, "--pack-destination", root]),
    fetchTools()
  ])
  packed = Object.fromEntries(JSON.parse(said).map(({ name, filename }) => [name, `file:${join(root, filename)}`]))
  ofHost = Object.fromEntries(wanted.map((name) => [`@latchkey/${name}`, packed[`@latchkey/${name}`]]))
}, 300_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

const write = (folder, files) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content))
  }
}

/** A new folder with our packages and their peers, in the versions given. */
const install = async (manager, peers, ours = ofHost) => {
  const folder = mkdtempSync(join(root, "host-"))
  const dependencies = { ...ours, ...peers }
  write(folder, managers[manager].files({ packed, dependencies }))
  tell(
    `${manager} installs ${Object.entries(peers)
      .map((peer) => peer.join("@"))
      .join(" ")}`
  )
  await managers[manager].install(folder)
  return folder
}

/** What a program prints, run by Node, Bun or Deno. */
const seen = async (folder, { name, text }, runtime, options = [], given = []) => {
  write(folder, { [name]: text })
  const said = await run(folder, runtime, [...options, name, ...given])
  return JSON.parse(/^SEEN (.*)$/m.exec(said)?.[1] ?? JSON.stringify(said))
}

const programs = ["hono", "express"].flatMap((framework) => ["esm", "cjs"].map((format) => [framework, format]))

/** The ranges of the peers, as the packages that we publish have them; all packages agree on each. */
const ranges = Object.assign(
  {},
  ...wanted.map((name) => JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8")).peerDependencies)
)
const { effect, express, hono } = ranges
const [express4, express5] = express.split(" || ")
const oldest = (range) => range.slice(1)

const pickFrom = (versions, names) => Object.fromEntries(names.map((name) => [name, versions[name]]))
const pick = (names) => pickFrom(ranges, names)

const newestPeers = { effect, express: express5, hono }
const oldestPeers = { effect: oldest(effect), express: oldest(express4), hono: oldest(hono) }

const forNode = Object.keys(managers).filter((manager) => manager !== "bun")

describe.each([
  ...forNode.flatMap((manager) => [
    [`${manager}, the newest peers`, manager, newestPeers],
    [`${manager}, the oldest peers`, manager, oldestPeers]
  ]),
  ["npm, the oldest Express 5", "npm", { ...oldestPeers, express: oldest(express5) }],
  ["npm, the newest Express 4", "npm", { ...newestPeers, express: express4 }]
])("%s", (_, manager, peers) => {
  let folder
  beforeAll(async () => {
    folder = await install(manager, peers)
  }, 300_000)

  it.each(nodeLines.flatMap((line) => programs.map(([framework, format]) => [framework, format, line])))(
    "a host with %s, as %s, on Node %s logs in",
    async (framework, format, line) => {
      const options = managers[manager].options?.(folder) ?? []
      expect(await seen(folder, programOf(framework, format), nodeOf(line), options)).toEqual(expected)
    }
  )
})

it("every entry of every package can be imported and required", async () => {
  const folder = await install("npm", { ...newestPeers, ...pick(["redis", "ioredis"]) }, packed)
  const entries = published.flatMap(({ name, exports }) =>
    Object.keys(exports)
      .filter((entry) => entry !== "./package.json")
      .map((entry) => join(name, entry))
  )
  const text = `
import { createRequire } from "node:module"
const require = createRequire(import.meta.url)
const isSame = async (entry) => (await import(entry)) === require(entry)
console.log("SEEN " + JSON.stringify(await Promise.all(${JSON.stringify(entries)}.map(isSame))))`
  expect(entries.length).toBeGreaterThan(published.length)
  for (const line of nodeLines)
    expect([line, await seen(folder, { name: "entries.mjs", text }, nodeOf(line))]).toEqual([
      line,
      entries.map(() => true)
    ])
})

describe("an adapter in a bundle, with copies of Latchkey and of Effect beside the host's", () => {
  let folder
  beforeAll(async () => {
    folder = await install("npm", newestPeers)
  }, 300_000)

  it.each(["hono", "express"])("a host with %s logs in", async (framework) => {
    const name = `@latchkey/adapter-${framework}`
    write(folder, { [`${framework}-adapter.js`]: `export * from "${name}"` })
    await build({
      config: false,
      silent: true,
      entry: [join(folder, `${framework}-adapter.js`)],
      outDir: join(folder, "bundled"),
      outExtension: () => ({ js: ".mjs" }),
      format: "esm",
      noExternal: [/^(?!@node-rs\/)/],
      external: ["@node-rs/argon2", "@node-rs/bcrypt"],
      splitting: false
    })
    const { text } = programOf(framework, "esm")
    const program = {
      name: `bundled-${framework}.mjs`,
      text: text.replace(`"${name}"`, `"./bundled/${framework}-adapter.mjs"`)
    }
    expect(program.text).not.toBe(text)
    expect(await seen(folder, program, process.execPath)).toEqual(expected)
  })
})

/** What the compiler says of files in a folder, without the DOM library. */
const compile = (folder, compiler, skipLibCheck, files) => {
  const compilerOptions = {
    lib: ["ES2023"],
    module: "NodeNext",
    strict: true,
    noEmit: true,
    types: ["node"],
    skipLibCheck
  }
  write(folder, { "tsconfig.json": { compilerOptions, files: Object.keys(files) }, ...files })
  return run(folder, join(folder, "node_modules/.bin", compiler), [])
}

describe("TypeScript without the DOM library", () => {
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"))
  const ofTypes = pickFrom(devDependencies, ["typescript", "@types/node"])
  const [, webCrypto] = /\n(\/\/ web-crypto\.d\.ts\n[^`]*)```/.exec(readFileSync("docs/guides/http.md", "utf8")) ?? []
  const program = wanted.map((name, at) => `import * as part${at} from "@latchkey/${name}"\nvoid part${at}\n`).join("")
  const files = { "app.mts": program }
  let folder
  beforeAll(async () => {
    folder = await install("npm", { ...newestPeers, ...ofTypes, "@types/express": "5" })
  }, 300_000)

  it("a program compiles with skipLibCheck", async () => {
    expect(await compile(folder, "tsc6", true, files)).toBe("")
  }, 120_000)

  it("a program compiles without skipLibCheck, with the one file that the guide to HTTP gives", async () => {
    await expect(compile(folder, "tsc6", false, files)).rejects.toThrow("CryptoKey")
    expect(await compile(folder, "tsc6", false, { ...files, "web-crypto.d.ts": webCrypto })).toBe("")
  }, 120_000)
})

it("a handle of better-sqlite3 compiles with TypeScript 5", async () => {
  const ofTypes = { typescript: "5", "@types/node": "22", "@types/better-sqlite3": "9" }
  const folder = await install("npm", { ...newestPeers, ...ofTypes })
  const program = `import Database from "better-sqlite3"
import { sqliteStore } from "@latchkey/store-sqlite"
sqliteStore(new Database("app.db"))
`
  expect(await compile(folder, "tsc", true, { "app.mts": program })).toBe("")
}, 120_000)

describe("Bun", () => {
  let folder
  beforeAll(async () => {
    folder = await install("bun", newestPeers)
  }, 300_000)

  it.each(programs)("installs, and runs a host with %s, as %s", async (framework, format) => {
    expect(await seen(folder, programOf(framework, format), bun, ["run"])).toEqual(expected)
  })

  it("runs a host that gives its own handle of bun:sqlite", async () => {
    expect(await seen(folder, programOf("hono", "esm", "bun:sqlite"), bun, ["run"])).toEqual(expected)
  })
})

describe("Deno, with what npm installed", () => {
  let folder
  beforeAll(async () => {
    folder = await install("npm", newestPeers)
  }, 300_000)

  it.each(programs)("runs a host with %s, as %s", async (framework, format) => {
    expect(await seen(folder, programOf(framework, format), deno, ["run", "-A", "--quiet"])).toEqual(expected)
  })
})

describe.skipIf(redisServer === undefined)("a host with Redis", () => {
  let server
  let url
  beforeAll(async () => {
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    const settings = ["--port", port, "--bind", "127.0.0.1", "--appendonly", "yes", "--dir", root]
    server = spawn(redisServer, settings.map(String), { stdio: "ignore" })
  })
  afterAll(() => server?.kill())

  const clients = ["redis", "ioredis"]
  const ends = { oldest: (name) => oldest(ranges[name]), newest: (name) => ranges[name] }
  it.each(Object.keys(ends))("logs in with the %s clients of the peer ranges", async (end) => {
    const peers = { effect, hono, ...Object.fromEntries(clients.map((name) => [name, ends[end](name)])) }
    const folder = await install("npm", peers)
    for (const name of clients)
      for (const format of ["esm", "cjs"]) {
        expect([
          name,
          format,
          await seen(folder, programOf("hono", format, name), process.execPath, [], [`${end}-${name}-${format}`, url])
        ]).toEqual([name, format, expected])
      }
  })
})

it("in a workspace of pnpm, a package with the oldest Hono and the adapter serves an application with the newest", async () => {
  const folder = mkdtempSync(join(root, "workspace-"))
  const { name, text } = programOf("hono", "esm")
  const ours = Object.fromEntries(Object.entries(ofHost).filter(([each]) => !each.endsWith("express")))
  write(folder, {
    "package.json": { private: true },
    "pnpm-workspace.yaml": Object.entries({ packages: ["auth", "app"], ...pnpmSettings(packed) })
      .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      .join(""),
    "auth/package.json": {
      name: "auth",
      version: "1.0.0",
      type: "module",
      exports: "./index.js",
      dependencies: { ...ours, effect, hono: oldest(hono) }
    },
    "auth/index.js": 'export { honoAuth } from "@latchkey/adapter-hono"\n',
    "app/package.json": { name: "app", private: true, dependencies: { ...ours, auth: "workspace:*", effect, hono } }
  })
  tell("pnpm installs a workspace")
  await managers["pnpm, hoisted"].install(folder)
  const app = join(folder, "app")
  const versions = ["auth", "app"].map((each) =>
    globSync(join(folder, each, "node_modules/hono/package.json")).map(
      (path) => JSON.parse(readFileSync(path, "utf8")).version
    )
  )
  expect(new Set(versions.flat()).size).toBe(2)
  const program = { name, text: text.replace('"@latchkey/adapter-hono"', '"auth"') }
  expect(await seen(app, program, process.execPath)).toEqual(expected)
})
