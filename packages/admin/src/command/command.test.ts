import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { sent, tables } from "../../test/config-of-a-host.ts"
import { objectsOf, testWorld } from "../../test/test-world.ts"

const config = fileURLToPath(new URL("../../test/config-of-a-host.ts", import.meta.url))
const password = "a quiet lantern over grey water"

describe("with --config", () => {
  it("the options come from the module: its store, its scopes, its hooks, its mailer; and nobody is seeded", async () => {
    const run = (...args: ReadonlyArray<string>) =>
      testWorld({ input: [`${password}\n`] }).run(...args, "--config", config)
    const create = (name: string) => run("create-admin", "--username", name, "--password-stdin")
    expect(await create("root")).toMatchObject({ code: 0 })
    expect([...tables.users.values()].map(({ user }) => user.username)).toEqual(["root"])
    expect(await create("mallory")).toMatchObject({ code: 4, err: "latchkey-admin: Not here.\n" })
    expect(await run("token", "root", "--name", "x", "--scope", "jobs:write")).toMatchObject({ code: 0 })
    expect((await run("token", "root", "--name", "x", "--scope", "jobs:read")).err).toContain("declares: jobs:write\n")
    const link = await run("create-admin", "--email", "grace@example.org", "--invite")
    expect(link.out).toMatch(/^https:\/\/app\.example\.org\//)
    expect(sent).toEqual([])
    expect((await run("users", "password-link", "grace@example.org", "--mail")).out).toBe("")
    expect(sent).toEqual(["grace@example.org"])
    expect(objectsOf((await run("doctor", "--json")).out).filter(({ level }) => level === "error")).toEqual([])
  })

  it("what is no such module is told", async () => {
    for (const file of ["/nowhere.ts", fileURLToPath(new URL("words.ts", import.meta.url))])
      expect(await testWorld().run("users", "list", "--config", file), file).toMatchObject({ code: 2, out: "" })
  })
})

it("OPR-04 the administrator of the environment is not made, because a command ran", async () => {
  const env = { LATCHKEY_ADMIN_USERNAME: "seeded", LATCHKEY_ADMIN_PASSWORD: password }
  const world = testWorld({ env })
  for (const args of [["users", "list"], ["doctor"], ["sweep"], ["audit", "verify"]]) await world.run(...args)
  expect([world.tables.users.size, world.tables.audit.length]).toEqual([0, 0])
})

it("a list for a program comes page by page, each user once", async () => {
  const lines = Array.from({ length: 1_100 }, (_, n) => `${JSON.stringify({ id: n, username: `user${n}` })}\n`)
  const world = testWorld({ input: lines })
  await world.run("import", "-", "--source", "old", "--yes")
  const namesOf = async (limit: string) =>
    objectsOf((await world.run("users", "list", "--json", "--limit", limit)).out).map(({ username }) => username)
  expect(new Set(await namesOf("5000")).size).toBe(1_100)
  expect(await namesOf("700")).toHaveLength(700)
})

it("wrong usage is told, and nothing is done", async () => {
  const world = testWorld({ answers: ["y"] })
  for (const args of [
    [],
    ["frobnicate"],
    ["users"],
    ["users", "frobnicate"],
    ["users", "list", "--frobnicate"],
    ["users", "show"],
    ["users", "show", "a", "b"],
    ["create-admin"],
    ["token", "ada"],
    ["audit"]
  ]) {
    const { code, out, err } = await world.run(...args)
    expect([code, out, err !== ""], args.join(" ")).toEqual([2, "", true])
  }
})

it("OPR-01 wrong usage repeats no value, which may be a secret: it names the option, and counts the arguments", async () => {
  const world = testWorld()
  const told = async (...args: ReadonlyArray<string>) => {
    const { code, out, err } = await world.run(...args)
    expect([code, out], args.join(" ")).toEqual([2, ""])
    expect(err).not.toMatch(/s3cret|hunter/)
    return err
  }
  expect(await told("users", "list", "redis://:s3cret@host")).toContain("Expected 0 arguments but got 1: ….")
  expect(await told("users", "list", "--storee=redis://:s3cret@host")).toContain("unknown option '--storee'")
  expect(await told("create-admin", "--pasword=hunter")).toContain("unknown option '--pasword'")
  expect(await told("users", "s3cret")).toContain("unknown command '…'")
  expect(await told("users", "list", "--limit", "hunter")).toContain("--limit must be a number")
  expect(await told("audit", "list", "--since=hunter")).toContain("--since must be a time")
  expect(await told("audit", "verify", "--anchor", "hunter")).toContain("--anchor must be what")
  expect(await told("users", "lst")).toContain("unknown command 'lst'\n(Did you mean list?)")
})

it("help has every exit code, and the version is the package's", async () => {
  const { code, out } = await testWorld().run("--help")
  expect(code).toBe(0)
  for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 130, 141])
    expect(out).toMatch(new RegExp(`(?:^| )${number} [a-z]`, "m"))
  expect((await testWorld().run("--version")).out).toBe("1.2.3\n")
})

it("it writes no colours, whatever the terminal", async () => {
  const world = testWorld({ columns: 80, answers: [password, password] })
  const seen = [
    await world.run("create-admin", "--username", "root"),
    await world.run("doctor"),
    await world.run("--help")
  ]
  for (const { seen: text } of seen) expect(text).not.toContain("\u001b")
})

it("Ctrl-C ends what waits, with 130", async () => {
  const world = testWorld({ answers: [] })
  world.interrupt()
  expect(await world.run("users", "list")).toMatchObject({ code: 130, out: "" })
})
