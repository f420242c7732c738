import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createAuth } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { memoryStoreOver } from "@latchkey/core/testing"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { commands, objectsOf, type TestWorld, testWorld } from "../../test/test-world.ts"

const password = "a quiet lantern over grey water"
const other = "seven pale horses near a well"

/** The server over the same store. */
const serverOf = async (world: TestWorld) => {
  const auth = await createAuth({
    store: Layer.sync(Store, () => memoryStoreOver(world.tables)),
    publicUrl: "http://localhost:3000",
    setup: { announce: false }
  })
  return { ...auth, [Symbol.asyncDispose]: auth.close }
}

const logsIn = async (world: TestWorld, username: string, given = password): Promise<boolean> => {
  await using auth = await serverOf(world)
  return auth.sessions.logIn({ username, password: given }).then(
    () => true,
    () => false
  )
}

const withRoot = async (around: Parameters<typeof testWorld>[0] = {}) => {
  const world = testWorld({ ...around, input: [`${password}\n`] })
  expect(await world.run("create-admin", "--username", "root", "--password-stdin")).toMatchObject({ code: 0 })
  const next = testWorld({ ...around, tables: world.tables })
  return next
}

const withAda = async (around: Parameters<typeof testWorld>[0] = {}) => {
  const world = await withRoot(around)
  {
    await using auth = await serverOf(world)
    await auth.users.create({ username: "ada", email: "ada@example.org", password })
  }
  return world
}

describe("create-admin", () => {
  it("OPR-01 OPR-07 asks twice for the password, shows neither, and completes setup", async () => {
    const world = testWorld({ answers: [password, other, password, password] })
    const { code, out, err } = await world.run("create-admin", "--username", "root")
    expect([code, out]).toEqual([0, ""])
    expect(err).toBe(
      "New password: \nThe same again: \nThe two are not the same.\nNew password: \nThe same again: \nroot is an administrator of memory and can log in.\n"
    )
    await using auth = await serverOf(world)
    expect(await auth.setup.needed()).toBe(false)
    expect((await auth.sessions.logIn({ username: "root", password })).user).toMatchObject({
      isSuperuser: true,
      mustChangePassword: false
    })
    expect((await auth.audit.list({ type: "user.created" }))[0]?.event).toMatchObject({
      actor: null,
      actedWith: "operator",
      details: { isSuperuser: true }
    })
  })

  it("OPR-01 takes no password as an argument, and no address of a store that has one", async () => {
    const world = testWorld()
    for (const args of [
      ["create-admin", "--username", "root", "--password", password],
      ["create-admin", "--username", "root", password],
      ["users", "password", "root", password],
      ["users", "list", "--store", "redis://:secret@localhost:6379"],
      ["users", "list", "--store", "sqlite:a.db;sessions=redis://ann:secret@localhost:6379"]
    ]) {
      const { code, out, err } = await world.run(...args)
      expect([code, out], args.join(" ")).toEqual([2, ""])
      expect(err, args.join(" ")).not.toContain("secret")
    }
    expect(world.tables.users.size).toBe(0)
  })

  it("gives up after three times, and without an answer, and makes nobody", async () => {
    for (const answers of [[password, "1", password, "2", password, "3"], [], [password]]) {
      const world = testWorld({ answers })
      expect(await world.run("create-admin", "--username", "root")).toMatchObject({ code: 130 })
      expect(world.tables.users.size).toBe(0)
    }
  })

  it("where nobody can be asked it says what to do", async () => {
    const { code, err } = await testWorld().run("create-admin", "--username", "root")
    expect([code, err]).toEqual([
      2,
      "latchkey-admin: There is nobody to ask for a password: send it to standard input and add --password-stdin.\n"
    ])
    expect(await testWorld().run("create-admin", "--username", "root", "--password-stdin")).toMatchObject({ code: 2 })
    expect(await testWorld().run("create-admin", "--password-stdin")).toMatchObject({ code: 2 })
  })

  it("a password that our rules refuse is refused", async () => {
    const world = testWorld({ input: ["short\n"] })
    expect(await world.run("create-admin", "--username", "root", "--password-stdin")).toMatchObject({ code: 4 })
    expect(world.tables.users.size).toBe(0)
  })

  it("a name that is taken is told before anybody types a password, with what to do", async () => {
    const world = await withAda({ answers: [] })
    const { code, err } = await world.run("create-admin", "--email", "ADA@example.org")
    expect(code).toBe(4)
    expect(err).toContain("latchkey-admin users promote ADA@example.org")
  })

  it("OPR-01 an invitation prints its link once, and the link lets its owner choose a password", async () => {
    const world = testWorld()
    const { code, out, err } = await world.run("create-admin", "--email", "grace@example.org", "--invite")
    expect(code).toBe(0)
    expect(out).toMatch(/^http:\/\/localhost:3000\/\S+=lk_otc_\S+\n$/)
    expect(err).toMatch(/^grace@example\.org chooses a password by this link\. It works once, until/)
    await using auth = await serverOf(world)
    const secret = new URL(out.trim()).searchParams.get("token") ?? ""
    expect(await auth.recovery.accept(secret, other)).toMatchObject({ isSuperuser: true, isVerified: true })
    await expect(auth.recovery.accept(secret, other)).rejects.toMatchObject({ _tag: "CodeInvalid" })
  })

  it("--mail sends the link in place of printing it", async () => {
    const mails = mkdtempSync(join(tmpdir(), "latchkey-admin-mails-"))
    const env = { LATCHKEY_MAIL_DIR: mails, LATCHKEY_MAIL_FROM: "" }
    const world = testWorld({ env })
    const sent = await world.run("create-admin", "--email", "grace@example.org", "--invite", "--mail")
    expect(sent).toMatchObject({ code: 0, out: "", err: "The link was mailed to grace@example.org.\n" })
    const [mail = ""] = readdirSync(mails)
    expect(readFileSync(join(mails, mail), "utf8")).toContain("lk_otc_")
    rmSync(mails, { recursive: true })
  })

  it("an invitation needs a mailbox, an address of the server, and no password", async () => {
    for (const [env, ...args] of [
      [{}, "--username", "root", "--invite"],
      [{}, "--email", "a@example.org", "--invite", "--password-stdin"],
      [{}, "--email", "a@example.org", "--mail"],
      [{}, "--email", "a@example.org", "--invite", "--mail"],
      [{ LATCHKEY_PUBLIC_URL: "" }, "--email", "a@example.org", "--invite"]
    ] as const) {
      const world = testWorld({ env })
      expect(await world.run("create-admin", ...args), args.join(" ")).toMatchObject({ code: 2, out: "" })
      expect(world.tables.users.size).toBe(0)
    }
  })
})

describe("users", () => {
  it("shows a user with sessions and tokens, by each of their names", async () => {
    const world = await withAda()
    expect(await logsIn(world, "ada")).toBe(true)
    await world.run("token", "ada", "--name", "runner")
    for (const name of ["ada", "ADA", "ada@EXAMPLE.org", [...world.tables.users.keys()][1] ?? ""]) {
      const { code, out } = await world.run("users", "show", name)
      expect(code, name).toBe(0)
      expect(out).toMatch(/^Id {22}[0-9a-f-]{36}\nUsername {16}ada\nEmail {19}ada@example\.org \(not verified\)\n/)
      expect(out).toMatch(/\nSESSION .*\n[0-9a-f-]{36} /)
      expect(out).toMatch(/\nTOKEN .*\n[0-9a-f-]{36} {2}runner {2}never /)
    }
    const [shown] = objectsOf((await world.run("users", "show", "ada", "--json")).out)
    expect(shown).toMatchObject({ username: "ada", sessions: [{}], tokens: [{ name: "runner" }] })
    expect(JSON.stringify(shown)).not.toMatch(/hash|secret/i)
  })

  it("who is not there is told by exit code 3", async () => {
    const world = await withRoot({ answers: ["y"] })
    for (const args of [
      ["users", "show"],
      ["users", "deactivate"],
      ["users", "promote"],
      ["users", "delete"],
      ["users", "password-link"],
      ["revoke"]
    ]) {
      const { code, out } = await world.run(...args, "nobody", "--json")
      expect([code, objectsOf(out)], args.join(" ")).toEqual([
        3,
        [{ error: "UserNotFound", message: "user not found" }]
      ])
    }
  })

  it("deactivate keeps a user out at once, and activate lets them in", async () => {
    const world = await withAda()
    expect((await world.run("users", "deactivate", "ada")).err).toBe(
      "ada is not active: they cannot log in, and their sessions and tokens have ended.\n"
    )
    expect(await logsIn(world, "ada")).toBe(false)
    expect((await world.run("users", "deactivate", "ada")).err).toBe("Nothing to do: that is what ada is.\n")
    expect(await world.run("token", "ada", "--name", "x")).toMatchObject({ code: 4, out: "" })
    expect(await world.run("users", "activate", "ada")).toMatchObject({ code: 0 })
    expect(await logsIn(world, "ada")).toBe(true)
  })

  it("promote asks, and demote gives it back", async () => {
    const world = await withAda({ answers: ["n", "y"] })
    expect(await world.run("users", "promote", "ada")).toMatchObject({ code: 130 })
    expect((await world.run("users", "promote", "ada")).err).toBe(
      "ada becomes an administrator, and so does everybody who has their password. Go on? [y/N] y\nada is an administrator. Their sessions and tokens have ended.\n"
    )
    expect(objectsOf((await world.run("users", "demote", "ada", "--json")).out)).toMatchObject([{ isSuperuser: false }])
  })

  it("the last administrator stays one, and the command says how to go on", async () => {
    const world = await withRoot({ answers: ["root"] })
    for (const how of ["deactivate", "demote", "delete"]) {
      const { code, err } = await world.run("users", how, "root")
      expect([code, err], how).toEqual([
        4,
        expect.stringContaining("Make another one first: latchkey-admin create-admin, or users promote\n")
      ])
    }
  })

  it("delete wants the name typed, or --yes", async () => {
    const world = await withAda({ answers: ["y", "ada"] })
    expect(await world.run("users", "delete", "ada")).toMatchObject({ code: 130 })
    expect(await world.run("users", "delete", "ada")).toMatchObject({ code: 0 })
    expect(await logsIn(world, "ada")).toBe(false)
    const script = testWorld({ tables: world.tables })
    expect(await script.run("users", "delete", "root")).toMatchObject({ code: 2 })
    expect(await script.run("users", "delete", "root", "--yes")).toMatchObject({ code: 4 })
  })

  it("password sets one with which the user must choose another, and ends what they had", async () => {
    const world = await withAda({ input: [`${other}\r\n`] })
    expect(await logsIn(world, "ada")).toBe(true)
    const script = testWorld({ tables: world.tables, input: [other.slice(0, 5), `${other.slice(5)}\r\nand more`] })
    expect(await script.run("users", "password", "ada", "--password-stdin")).toMatchObject({ code: 0, out: "" })
    expect(await logsIn(world, "ada")).toBe(false)
    expect(await logsIn(world, "ada", other)).toBe(true)
    const [shown] = objectsOf((await world.run("users", "show", "ada", "--json")).out)
    expect(shown).toMatchObject({ mustChangePassword: true })
    await using auth = await serverOf(world)
    expect((await auth.audit.list({ type: "password.changed" }))[0]?.event).toMatchObject({
      details: { by: "admin" },
      actedWith: "operator"
    })
  })

  it("password-link prints a link that sets the password once", async () => {
    const world = await withAda()
    const [told] = objectsOf((await world.run("users", "password-link", "ada", "--json")).out)
    const secret = new URL(String(told?.link)).searchParams.get("token") ?? ""
    await using auth = await serverOf(world)
    expect(await auth.recovery.reset(secret, other)).toMatchObject({ username: "ada" })
    const nameless = await withRoot()
    expect(await nameless.run("users", "password-link", "root")).toMatchObject({ code: 4, out: "" })
  })

  it("OPR-05 a list fits the terminal, and names cannot command it", async () => {
    const world = await withAda({ columns: 50 })
    const row = [...world.tables.users.values()][1]
    if (row !== undefined)
      world.tables.users.set(row.user.id, {
        ...row,
        user: { ...row.user, username: "ad\u001b[31ma\u009b2J\u202e漢字" }
      })
    const { out } = await world.run("users", "list")
    expect(commands(out)).toBe(false)
    for (const line of out.trimEnd().split("\n")) expect(line.length).toBeLessThanOrEqual(50)
    const json = (await world.run("users", "list", "--json")).out
    expect(commands(json)).toBe(false)
    expect(objectsOf(json)).toContainEqual(expect.objectContaining({ username: "ad\u001b[31ma\u009b2J\u202e漢字" }))
  })
})

describe("revoke", () => {
  const withCredentials = async () => {
    const world = await withAda()
    await logsIn(world, "ada")
    await logsIn(world, "ada")
    await world.run("token", "ada", "--name", "runner")
    const [shown] = objectsOf((await world.run("users", "show", "ada", "--json")).out)
    const idsOf = (what: "sessions" | "tokens") =>
      objectsOf(JSON.stringify(shown?.[what]))
        .flat()
        .map(({ id }) => String(id))
    return { world, sessions: idsOf("sessions"), tokens: idsOf("tokens") }
  }

  it("ends everything, or only sessions, or only tokens", async () => {
    for (const [args, words] of [
      [[], "ada: 2 sessions and 1 token ended.\n"],
      [["--sessions"], "ada: 2 sessions ended.\n"],
      [["--tokens"], "ada: 1 token ended.\n"]
    ] as const) {
      const { world } = await withCredentials()
      expect((await world.run("revoke", "ada", ...args)).err).toBe(words)
      const [left] = objectsOf((await world.run("users", "show", "ada", "--json")).out)
      expect(left?.sessions).toHaveLength(args[0] === "--tokens" ? 2 : 0)
      expect(left?.tokens).toHaveLength(args[0] === "--sessions" ? 1 : 0)
    }
  })

  it("says that signed tokens without a session ended too, and refuses what would let stateless ones go on", async () => {
    const signed = { LATCHKEY_JWT_KEYS: "bmV3LWtleS1mb3ItdGhlLXJlaGVhcnNhbC1vZi1hLWNoYW5nZS1vdmVy" }
    const { world } = await withCredentials()
    const revoking = (env: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) =>
      testWorld({ tables: world.tables, env }).run("revoke", "ada", ...args)
    const uncounted = ", and all signed tokens without a session, which nobody can count.\n"
    const stateless = await revoking({ ...signed, LATCHKEY_JWT_STATELESS: "true" }, "--sessions")
    expect([stateless.code, stateless.err]).toEqual([2, expect.stringContaining("leave --sessions out")])
    expect((await revoking(signed, "--tokens")).err).toBe("ada: 1 token ended.\n")
    expect((await revoking(signed, "--sessions")).err).toBe(`ada: 2 sessions ended${uncounted}`)
    expect((await revoking(signed)).err).toBe(`ada: 0 sessions and 0 tokens ended${uncounted}`)
  })

  it("ends one session or token, of this user alone, and says when there is none", async () => {
    const { world, sessions, tokens } = await withCredentials()
    expect(await world.run("revoke", "root", "--session", sessions[0] ?? "")).toMatchObject({ code: 3 })
    expect(await world.run("revoke", "ada", "--session", sessions[0] ?? "")).toMatchObject({ code: 0 })
    expect(await world.run("revoke", "ada", "--session", sessions[0] ?? "")).toMatchObject({ code: 3 })
    expect(await world.run("revoke", "ada", "--token", tokens[0] ?? "")).toMatchObject({ code: 0 })
    expect(await world.run("revoke", "ada", "--token", "junk")).toMatchObject({ code: 3 })
    expect(await world.run("revoke", "ada", "--sessions", "--tokens")).toMatchObject({ code: 2 })
  })
})

describe("token", () => {
  it("OPR-01 OPR-07 prints the token alone, once, and the trail says who made it", async () => {
    const world = await withAda()
    const { code, out, err } = await world.run("token", "ada", "--name", "runner", "--expires", "30 days")
    expect([code, out]).toEqual([0, expect.stringMatching(/^lk_pat_\S+\n$/)])
    expect(err).toMatch(
      /^This token of ada is not shown again\. It ends on \d{4}-\d\d-\d\d \d\d:\d\d UTC\. Scopes: none\.\n$/
    )
    await using auth = await serverOf(world)
    expect(await auth.tokens.check(out.trim())).toMatchObject({ user: { username: "ada" } })
    expect((await auth.audit.list({ type: "token.issued" }))[0]?.event).toMatchObject({
      actor: null,
      actedWith: "operator",
      subject: expect.any(String)
    })
  })

  it("refuses what the options do not allow, and says why", async () => {
    const world = await withAda()
    for (const [code, ...args] of [
      [4, "--name", "x", "--scope", "jobs:write"],
      [4, "--name", "x", "--expires", "soon"],
      [4, "--name", "x", "--endless"],
      [4, "--name", ""],
      [2, "--name", "x", "--endless", "--expires", "1 day"],
      [2]
    ] as const) {
      expect(await world.run("token", "ada", ...args), args.join(" ")).toMatchObject({ code, out: "" })
    }
    expect((await world.run("token", "ada", "--name", "x", "--scope", "jobs:write")).err).toBe(
      "latchkey-admin: There is no scope jobs:write. The application declares none here: give its options by --config.\n"
    )
  })
})
