import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { temporaryFolder } from "../../test/temporary-folder.ts"
import { ABANDONED_AFTER } from "./file-lock.ts"
import { tokenFile } from "./token-file.ts"

const login = (server: string, token = "lk_pat_secret") => ({
  server,
  token,
  expiresAt: new Date("2026-12-30T12:00:00Z"),
  scopes: ["jobs:read"]
})
const isWindows = process.platform === "win32"

it("tokens of several servers are kept, each under one spelling of its address", async () => {
  using folder = temporaryFolder()
  const tokens = tokenFile({ app: "harbour", path: join(folder.path, "tokens.json") })
  await tokens.set(login("https://a.example/", "lk_pat_a"))
  await tokens.set(login("https://b.example/app", "lk_pat_b"))
  expect(await tokens.get("https://A.example")).toMatchObject({
    server: "https://a.example",
    token: "lk_pat_a",
    expiresAt: new Date("2026-12-30T12:00:00Z"),
    scopes: ["jobs:read"]
  })
  expect(await tokens.get("https://b.example")).toBeNull()
  expect((await tokens.list()).map(({ server }) => server)).toEqual(["https://b.example/app", "https://a.example"])
})

it("without a file there are no tokens, and reading makes none", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "deep", "tokens.json")
  const tokens = tokenFile({ app: "harbour", path })
  expect([await tokens.get("https://a.example"), await tokens.list(), await tokens.currentServer()]).toEqual([
    null,
    [],
    null
  ])
  expect(existsSync(join(folder.path, "deep"))).toBe(false)
})

it("the current server is that of the last log-in, or the only one", async () => {
  using folder = temporaryFolder()
  const tokens = tokenFile({ app: "harbour", path: join(folder.path, "tokens.json") })
  for (const server of ["https://a.example", "https://b.example", "https://c.example"]) await tokens.set(login(server))
  expect(await tokens.currentServer()).toBe("https://c.example")
  await tokens.remove("https://c.example")
  expect(await tokens.currentServer()).toBeNull()
  await tokens.remove("https://b.example")
  expect(await tokens.currentServer()).toBe("https://a.example")
})

it("a token is forgotten, and only if it is still the one that was meant", async () => {
  using folder = temporaryFolder()
  const tokens = tokenFile({ app: "harbour", path: join(folder.path, "tokens.json") })
  await tokens.set(login("https://a.example", "lk_pat_newer"))
  expect(await tokens.remove("https://a.example", "lk_pat_older")).toBe(false)
  expect(await tokens.get("https://a.example")).not.toBeNull()
  expect(await tokens.remove("https://a.example", "lk_pat_newer")).toBe(true)
  expect(await tokens.remove("https://a.example")).toBe(false)
  expect(await tokens.get("https://a.example")).toBeNull()
})

it.skipIf(isWindows)("nobody but the owner can read the file or its folder", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "new", "harbour", "tokens.json")
  const before = process.umask(0) // the widest: the rights must not come from it
  try {
    await tokenFile({ app: "harbour", path }).set(login("https://a.example"))
  } finally {
    process.umask(before)
  }
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600")
  expect((statSync(join(folder.path, "new", "harbour")).mode & 0o777).toString(8)).toBe("700")
  expect(readdirSync(join(folder.path, "new", "harbour"))).toEqual(["tokens.json"])
})

it.skipIf(isWindows)("a file that others can read is closed when it is read, and when it is written", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const tokens = tokenFile({ app: "harbour", path })
  await tokens.set(login("https://a.example"))
  chmodSync(path, 0o644)
  await tokens.get("https://a.example")
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600")
})

it("a broken file is told and left as it is, whatever is asked of it", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const tokens = tokenFile({ app: "harbour", path })
  const tooLong = `{"version": 1, "servers": {}, "more": "${"x".repeat(5_000_000)}"}`
  for (const text of ["", "{", '{"version": 2}', tooLong]) {
    writeFileSync(path, text)
    const broken = { _tag: "TokenFileBroken", path }
    await expect(tokens.get("https://a.example")).rejects.toMatchObject(broken)
    await expect(tokens.set(login("https://a.example"))).rejects.toMatchObject(broken)
    await expect(tokens.remove("https://a.example")).rejects.toMatchObject(broken)
    expect(readFileSync(path, "utf8")).toBe(text)
  }
  expect(readdirSync(folder.path)).toEqual(["tokens.json"])
})

it("the error of a broken file quotes nothing of it", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  writeFileSync(path, '{"version": 1, "servers": {"https://a.example": {"token": "lk_pat_secret"')
  const error = await tokenFile({ app: "harbour", path })
    .list()
    .catch((error: Error) => error)
  expect(`${error} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain("lk_pat_secret")
})

it("what the system refuses is told by its code", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  mkdirSync(path)
  await expect(tokenFile({ app: "harbour", path }).list()).rejects.toMatchObject({ _tag: "TokenFileError", path })
  writeFileSync(join(folder.path, "file"), "")
  const below = tokenFile({ app: "harbour", path: join(folder.path, "file", "tokens.json") })
  await expect(below.set(login("https://a.example"))).rejects.toMatchObject({ _tag: "TokenFileError" })
})

it("parallel log-ins lose none of each other's tokens", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const servers = Array.from({ length: 12 }, (_, number) => `https://s${number}.example`)
  await Promise.all(servers.map((server) => tokenFile({ app: "harbour", path }).set(login(server))))
  const kept = (await tokenFile({ app: "harbour", path }).list()).map(({ server }) => server)
  expect(kept.sort()).toEqual([...servers].sort())
  expect(readdirSync(folder.path)).toEqual(["tokens.json"])
})

it("of parallel log-ins to one server each is given the token that it replaced, so that none is lost", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const made = Array.from({ length: 12 }, (_, number) => `lk_pat_${number}`)
  const replaced = await Promise.all(
    made.map((token) => tokenFile({ app: "harbour", path }).set(login("https://a.example", token)))
  )
  const kept = await tokenFile({ app: "harbour", path }).get("https://a.example")
  expect([...replaced, kept].map((each) => each?.token ?? "").sort()).toEqual(["", ...made].sort())
})

it("what a crashed process has left beside the file is removed, because tokens are in it", async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, "tokens.json")
  const left = ["tokens.json.1.tmp", "tokens.json.2.tmp", "other.json.3.tmp"].map((name) => join(folder.path, name))
  for (const file of left) writeFileSync(file, "lk_pat_secret")
  const longAgo = new Date(Date.now() - ABANDONED_AFTER - 1000)
  for (const file of [left[0], left[2]]) utimesSync(file ?? "", longAgo, longAgo)
  await tokenFile({ app: "harbour", path }).set(login("https://a.example"))
  expect(readdirSync(folder.path).sort()).toEqual(["other.json.3.tmp", "tokens.json", "tokens.json.2.tmp"])
})

it("the usual place belongs to the program", () => {
  expect(tokenFile({ app: "harbour" }).path).toMatch(/harbour[/\\]tokens\.json$/)
})
