// How each package manager installs the packed packages into a folder. All of them come from the npm registry, and keep what they
// fetch in `.cache`, so a second run asks the registry for little.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join, resolve } from "node:path"
import { promisify } from "node:util"

const tools = {
  pnpm: "12.21.0",
  yarn: "1.22.22",
  "@yarnpkg/cli-dist": "4.18.1",
  bun: "1.4.5",
  deno: "2.9.6"
}

const home = resolve(".cache/tools")
const fetched = (...path) => join(home, "node_modules", ...path)
const platform = `${process.platform}-${process.arch}`

/** Bun and Deno have a package for each platform. These are the ones of macOS, and of Linux with glibc. */
export const bun = fetched("@oven", `bun-${platform}`, "bin", "bun")
export const deno = fetched("@deno", process.platform === "linux" ? `${platform}-glibc` : platform, "deno")

/** Fetches the package managers; what is there already is not asked for. */
export const fetchTools = async () => {
  mkdirSync(home, { recursive: true })
  const wanted = Object.entries(tools).map(([name, version]) => `${name}@${version}`)
  const mark = join(home, `${wanted.join("+").replaceAll("/", "-")}.json`)
  if (existsSync(mark)) return
  writeFileSync(join(home, "package.json"), '{"private":true}')
  const quiet = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"]
  await run(home, "npm", ["install", ...quiet, ...wanted])
  writeFileSync(mark, "{}")
}

/** Without what npm and the test runner have put there, which would make a project believe that it is this one. */
const environment = () => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^(?:npm_|LATCHKEY_|VITEST|NODE_ENV|NODE_OPTIONS|INIT_CWD|CI$)/.test(name) ||
        /^npm_config_(?:registry|cache)$/.test(name)
    )
  ),
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  npm_config_update_notifier: "false",
  YARN_ENABLE_TELEMETRY: "0",
  YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
  YARN_CACHE_FOLDER: resolve(".cache/yarn"),
  BUN_INSTALL_CACHE_DIR: resolve(".cache/bun")
})

/** Runs a program to its end, at most two minutes, and resolves with what it printed. */
export const run = async (cwd, program, given) => {
  try {
    const { stdout } = await promisify(execFile)(program, given, { cwd, env: environment(), timeout: 120_000 })
    return stdout
  } catch (error) {
    throw new Error(`${program} ${given.join(" ")}\n${error.stdout}${error.stderr}`, { cause: error })
  }
}

const node = (cwd, ...given) => run(cwd, process.execPath, given)

const manifest = (more = {}) => ({ private: true, ...more })
const yaml = (settings) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join("")

const withPnpm = (settings) => ({
  files: ({ packed, dependencies }) => ({
    "package.json": manifest({ dependencies }),
    "pnpm-workspace.yaml": yaml({ ...pnpmSettings(packed), ...settings })
  }),
  install: (cwd) => node(cwd, fetched("pnpm", "bin", "pnpm.mjs"), "install")
})

/** Peers come from the host alone, and a missing one fails. */
export const pnpmSettings = (packed) => ({
  overrides: packed,
  autoInstallPeers: false,
  strictPeerDependencies: true,
  storeDir: resolve(".cache/pnpm"),
  minimumReleaseAge: 0
})

const withYarn = (linker) => ({
  files: ({ packed, dependencies }) => ({
    "package.json": manifest({ dependencies, resolutions: packed }),
    ".yarnrc.yml": yaml({ nodeLinker: linker, enableGlobalCache: false, npmMinimalAgeGate: 0 }),
    "yarn.lock": ""
  }),
  install: (cwd) => node(cwd, fetched("@yarnpkg", "cli-dist", "bin", "yarn.js"), "install")
})

/** By name: the files that a manager wants in a project, how it installs, and how Node runs a program there. */
export const managers = {
  npm: {
    files: ({ dependencies }) => ({ "package.json": manifest({ dependencies }) }),
    install: (cwd) =>
      run(cwd, "npm", [
        "install",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--strict-peer-deps",
        "--loglevel=error"
      ])
  },
  "pnpm, hoisted": withPnpm({ nodeLinker: "hoisted" }),
  "pnpm, without hoisting": withPnpm({ hoist: false, publicHoistPattern: [] }),
  "yarn 1": {
    files: ({ packed, dependencies }) => ({ "package.json": manifest({ dependencies, resolutions: packed }) }),
    install: (cwd) => node(cwd, fetched("yarn", "bin", "yarn.js"), "install", "--no-lockfile", "--non-interactive")
  },
  "yarn 4": withYarn("node-modules"),
  "yarn 4, Plug'n'Play": {
    ...withYarn("pnp"),
    options: (cwd) => ["--require", join(cwd, ".pnp.cjs"), "--loader", join(cwd, ".pnp.loader.mjs")]
  },
  bun: {
    files: ({ packed, dependencies }) => ({ "package.json": manifest({ dependencies, overrides: packed }) }),
    install: (cwd) => run(cwd, bun, ["install", "--no-save"])
  }
}
