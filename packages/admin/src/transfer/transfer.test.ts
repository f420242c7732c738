import { execFile, execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { emptyTables, type Tables } from "@latchkey/core/testing"
import { afterAll, describe, expect, it } from "vitest"
import { commands, objectsOf, testWorld } from "../../test/test-world.ts"

const folder = mkdtempSync(join(tmpdir(), "latchkey-admin-"))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const file = (text?: string): string => {
  const path = join(folder, `file-${++count}.jsonl`)
  if (text !== undefined) writeFileSync(path, text)
  return path
}

const people = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, at) => `${JSON.stringify({ id: from + at, username: `user${from + at}` })}\n`
  ).join("")

/** So many users, and then a token of each. */
const tokensOf = (number: number): string =>
  people(0, number) +
  Array.from(
    { length: number },
    (_, user) => `${JSON.stringify({ type: "token", user, name: "old", sha256: `${user}a`.repeat(32) })}\n`
  ).join("")

const snapshot = ({ users, sessions, tokens, codes, audit, attempts: _, ...rest }: Tables & { attempts?: unknown }) =>
  structuredClone({ users, sessions, tokens, codes, audit, isSetUp: rest.isSetUp })

const used = async (number = 1_200) => {
  const world = testWorld()
  expect(await world.run("import", file(people(0, number)), "--source", "old", "--yes")).toMatchObject({ code: 0 })
  expect(await world.run("token", "user0", "--name", "runner")).toMatchObject({ code: 0 })
  return world
}

const backup = async () => {
  const world = await used()
  const path = file()
  expect(await world.run("export", path)).toMatchObject({ code: 0 })
  return { path, world, text: readFileSync(path, "utf8") }
}

describe("export", () => {
  it("OPR-02 writes a file that only its owner can read, whole or not at all", async () => {
    const { path } = await backup()
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600")
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([])
  })

  it("OPR-03 replaces no file unless it is told to, and leaves none when it is stopped", async () => {
    const world = await used(1)
    const path = file("mine")
    expect(await world.run("export", path)).toMatchObject({ code: 2 })
    expect(readFileSync(path, "utf8")).toBe("mine")
    expect(await world.run("export", path, "--force")).toMatchObject({ code: 0 })
    const other = file()
    world.interrupt()
    expect(await world.run("export", other)).toMatchObject({ code: 130 })
    expect(readdirSync(folder).filter((name) => join(folder, name).startsWith(other))).toEqual([])
  })

  it("shows no hash on a terminal, and sends the same rows through a pipe", async () => {
    const { world, text } = await backup()
    expect(await testWorld({ tables: world.tables, columns: 80 }).run("export", "-")).toMatchObject({
      code: 2,
      out: ""
    })
    const { out } = await world.run("export", "-", "--json")
    expect(out.split("\n").slice(1)).toEqual(text.split("\n").slice(1))
    expect(objectsOf(out)[0]).toMatchObject({ latchkey: "backup", version: 1 })
  })
})

describe("a backup", () => {
  it("BAK-01 restored into an empty store is the same, whatever the size of the batches", async () => {
    // One of the sizes ends a batch at the very last line.
    for (const size of [495, 496, 497, 498, 499, 500, 501]) {
      const world = testWorld()
      await world.run("import", file(people(0, size)), "--source", "old", "--yes")
      const path = file()
      await world.run("export", path)
      const other = testWorld()
      const { code, err } = await other.run("import", path, "--yes")
      expect([code, err], String(size)).toEqual([0, expect.stringContaining("0 skipped.\n")])
      expect(snapshot(other.tables)).toEqual(snapshot(world.tables))
    }
  })

  it("BAK-02 restored a second time changes nothing", async () => {
    const { path, world } = await backup()
    const before = snapshot(world.tables)
    const { code, err } = await world.run("import", path, "--yes")
    expect([code, err]).toEqual([0, expect.stringMatching(/: 0 added, 1,214 there already, 0 skipped\.\n$/)])
    expect(snapshot(world.tables)).toEqual(before)
  })

  it("OPR-04 is rehearsed: names that others have are told before anything is written", async () => {
    const { path } = await backup()
    const other = testWorld({ input: ['{"id":"other","username":"user0"}\n'] })
    await other.run("import", "-", "--source", "new", "--yes")
    const before = snapshot(other.tables)
    const { code, err } = await other.run("import", path, "--dry-run")
    expect([code, err]).toEqual([6, expect.stringContaining(" 2 skipped.\n")])
    expect(err).toMatch(
      /line \d+, user [0-9a-f-]{36}: another user has a name of this one\n {2}line \d+, token: its user is not there\n/
    )
    expect(snapshot(other.tables)).toEqual(before)
  })

  it("that is cut off, or lacks lines, is told by exit code 6 and can be imported again", async () => {
    const { text, path, world } = await backup()
    const lines = text.trimEnd().split("\n")
    const cuts = {
      "its end": lines.slice(0, -1),
      "half of a line": [...lines.slice(0, 700), lines[700]?.slice(0, 20) ?? ""],
      "lines in the middle": lines.toSpliced(300, 10)
    }
    for (const [what, left] of Object.entries(cuts)) {
      const other = testWorld()
      const ran = await other.run("import", file(left.join("\n")), "--yes", "--json")
      expect(ran.code, what).toBe(6)
      expect(objectsOf(ran.out).at(-1), what).toMatchObject({ error: "FileCutOff" })
      expect(await other.run("import", path, "--yes"), what).toMatchObject({ code: 0 })
      expect(other.tables.users, what).toEqual(world.tables.users)
      expect(other.tables.tokens, what).toEqual(world.tables.tokens)
    }
  })

  it("BAK-05 OPR-08 restored where it was taken says what that means, returns nobody unasked, and is in the trail", async () => {
    const { path, world } = await backup()
    expect(await world.run("users", "delete", "user0", "--yes")).toMatchObject({ code: 0 })
    const { code, err } = await world.run("import", path, "--yes")
    expect(code).toBe(6)
    expect(err).toContain("memory has users already.")
    expect(err.match(/, 2 skipped\./g)).toHaveLength(2)
    expect(err).toContain(": was removed here since: --return-removed brings them back\n")
    expect(world.tables.users.size).toBe(1_199)
    expect(await world.run("import", path, "--yes", "--return-removed")).toMatchObject({ code: 0 })
    expect(world.tables.users.size).toBe(1_200)
    const restored = world.tables.audit.filter(({ event }) => event.type === "backup.restored")
    expect(restored.map(({ event }) => event)).toMatchObject([
      { actedWith: "operator", actor: null, details: { users: 1, superusers: 0, tokens: 1 } }
    ])
  })

  it("of a newer version is refused, and no line of it is read", async () => {
    const { text } = await backup()
    const newer = file(text.replace('"version":1', '"version":2'))
    const other = testWorld()
    expect(await other.run("import", newer, "--yes")).toMatchObject({ code: 2 })
    expect(other.tables.users.size).toBe(0)
  })
})

describe("import", () => {
  it("OPR-04 first says what would become of the lines, and asks; a rehearsal changes nothing", async () => {
    const path = file(`${people(0, 700)}{"id":"x"}\nno json\n`)
    const world = testWorld({ answers: ["n", "y"] })
    const before = snapshot(emptyTables())
    expect(await world.run("import", path, "--source", "old", "--dry-run")).toMatchObject({ code: 6 })
    expect(snapshot(world.tables)).toEqual(before)
    const declined = await world.run("import", path, "--source", "old")
    expect([declined.code, declined.err]).toEqual([
      130,
      expect.stringContaining("Import 700 lines into memory? [y/N] n\n")
    ])
    expect(snapshot(world.tables)).toEqual(before)
    const done = await world.run("import", path, "--source", "old")
    expect([done.code, world.tables.users.size]).toEqual([6, 700])
    expect(done.err).toContain("702 lines: 700 added (700 users), 0 there already, 2 skipped.\n")
    expect(done.err).toContain(
      "  line 701, user x: has neither a username nor an email\n  line 702, line: is no JSON object\n"
    )
  })

  it("OPR-04 a script must say --yes or --dry-run, and a pipe is read only once", async () => {
    const world = testWorld({ input: [people(0, 3)] })
    expect(await world.run("import", file(people(0, 3)), "--source", "old")).toMatchObject({ code: 2 })
    expect(await world.run("import", "-", "--source", "old")).toMatchObject({ code: 2 })
    expect(world.tables.users.size).toBe(0)
    expect(await world.run("import", "-", "--source", "old", "--yes")).toMatchObject({ code: 0 })
    expect(world.tables.users.size).toBe(3)
  })

  it.skipIf(process.platform === "win32")(
    "OPR-04 what is no regular file is read only once, as standard input is",
    async () => {
      const [path, pipe] = [file(people(0, 3)), file()]
      execFileSync("mkfifo", [pipe])
      const world = testWorld({ answers: ["y"] })
      expect(await world.run("import", pipe, "--source", "old")).toMatchObject({ code: 2 })
      execFile("cp", [path, pipe])
      expect((await world.run("import", pipe, "--source", "old", "--yes")).err).toMatch(/^3 lines: 3 added/)
      expect(world.tables.users.size).toBe(3)
    }
  )

  it("a line that is no UTF-8 is skipped by its number, and no letter is guessed", async () => {
    const path = file()
    const lines = [
      people(0, 1),
      Buffer.from('{"id":8,"username":"B\xfcro"}\n', "latin1"),
      '{"id":9,"username":"\u{FEFF}x"'
    ]
    writeFileSync(path, Buffer.concat(lines.map((line) => Buffer.from(line))))
    const world = testWorld()
    const { code, out } = await world.run("import", path, "--source", "old", "--yes", "--json")
    expect([code, world.tables.users.size]).toEqual([6, 1])
    expect(objectsOf(out).filter(({ line }) => line !== undefined)).toEqual([
      { line: 2, outcome: "skipped", of: "line", why: expect.stringContaining("is no UTF-8") },
      { line: 3, outcome: "skipped", of: "line", why: "is no JSON object" }
    ])
  })

  it.each([
    ["a packed file", gzipSync(people(0, 3)), "is packed, and must be JSON lines in UTF-8. Unpack it with gunzip."],
    [
      "UTF-16",
      Buffer.from(`\u{FEFF}${people(0, 3)}`, "utf16le"),
      "is UTF-16, and must be JSON lines in UTF-8. Convert"
    ],
    ["a database", Buffer.from("SQLite format 3\0"), "is a database of SQLite"]
  ])("%s is told by its first bytes, with the mend, and no line of it is read", async (_, bytes, told) => {
    const path = file()
    writeFileSync(path, bytes)
    const world = testWorld()
    const { code, err } = await world.run("import", path, "--source", "old", "--yes")
    expect([code, err, world.tables.users.size]).toEqual([2, expect.stringContaining(told), 0])
  })

  it("what cannot be a file of users is told before anything is done", async () => {
    const world = testWorld()
    for (const args of [
      [join(folder, "nowhere"), "--source", "old"],
      [file(""), "--source", "old"],
      [file(people(0, 3))],
      [file(people(0, 3)), "--source", "old", "--report", file("mine")]
    ])
      expect(await world.run("import", ...args, "--yes"), args.join(" ")).toMatchObject({ code: 2, out: "" })
    expect(await world.run("import", folder, "--source", "old", "--yes")).toMatchObject({ code: 1 })
    expect(world.tables.users.size).toBe(0)
  })

  it("OPR-02 a report says of each line what became of it, also of a rehearsal, and only its owner can read it", async () => {
    const path = file(`${people(0, 2)}{"id":9,"surplus":1}\n`)
    const world = testWorld()
    for (const more of ["--dry-run", "--yes"]) {
      const report = file()
      await world.run("import", path, "--source", "old", more, "--report", report)
      expect(objectsOf(readFileSync(report, "utf8"))).toEqual([
        { line: 1, of: "user", old: "0", id: expect.any(String), outcome: "added" },
        { line: 2, of: "user", old: "1", id: expect.any(String), outcome: "added" },
        { line: 3, outcome: "skipped", of: "line", why: "has a field that is not known: surplus" }
      ])
      expect((statSync(report).mode & 0o777).toString(8)).toBe("600")
    }
  })

  it("the same command can be run again: a report takes the place of an older one, and of no other file", async () => {
    const [path, report] = [file(people(0, 2)), file()]
    const args = ["import", path, "--source", "old", "--yes", "--report", report]
    const world = testWorld()
    const outcomes: Array<unknown> = []
    for (let time = 0; time < 2; time++) {
      expect(await world.run(...args)).toMatchObject({ code: 0 })
      outcomes.push(objectsOf(readFileSync(report, "utf8")).map(({ outcome }) => outcome))
    }
    expect(outcomes).toEqual([
      ["added", "added"],
      ["there", "there"]
    ])
    writeFileSync(report, "") // it was stopped before its first line
    expect(await world.run(...args)).toMatchObject({ code: 0 })
    const before = readFileSync(path, "utf8")
    expect(await world.run("import", path, "--source", "old", "--yes", "--report", path)).toMatchObject({ code: 2 })
    expect(readFileSync(path, "utf8")).toBe(before)
  })

  it("a report that cannot be written is told before anything is read, and one that was not begun changes nothing", async () => {
    const [path, report] = [file(people(0, 2)), file()]
    const world = testWorld({ answers: ["n", "y", "n"] })
    const nowhere = await world.run("import", path, "--source", "old", "--report", join(folder, "nodir", "report"))
    expect([nowhere.code, nowhere.err]).toEqual([2, `latchkey-admin: There is no folder ${join(folder, "nodir")}.\n`])
    const args = ["import", path, "--source", "old", "--report", report]
    expect(await world.run(...args)).toMatchObject({ code: 130 })
    expect(existsSync(report)).toBe(false)
    expect(await world.run(...args)).toMatchObject({ code: 0 })
    writeFileSync(path, people(0, 3))
    expect(await world.run(...args)).toMatchObject({ code: 130 })
    expect(objectsOf(readFileSync(report, "utf8"))).toHaveLength(2)
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([])
  })

  it("with --json writes nothing but JSON: each line that is skipped, and the summaries", async () => {
    const { out, code } = await testWorld().run(
      "import",
      file(`${people(0, 2)}7\n`),
      "--source",
      "old",
      "--yes",
      "--json"
    )
    expect([code, objectsOf(out)]).toEqual([
      6,
      [
        { rehearsal: true, lines: 3, added: 2, there: 0, skipped: 1, of: { user: 2 } },
        { line: 3, outcome: "skipped", of: "line", why: "is no JSON object" },
        { rehearsal: false, lines: 3, added: 2, there: 0, skipped: 1, of: { user: 2 } },
        { error: "Skipped", message: "1 line skipped." }
      ]
    ])
  })

  it("a line longer than any row is skipped, and costs no memory for its length", async () => {
    let biggest = 0
    const input = (async function* () {
      yield people(0, 1)
      yield '{"id":"'
      for (let at = 0; at < 500; at++) {
        yield "x".repeat(1_000_000)
        if (at % 50 === 0) biggest = Math.max(biggest, process.memoryUsage().rss)
      }
      yield `"}\n${people(1, 2)}`
    })()
    const before = process.memoryUsage().rss
    const world = testWorld({ input })
    expect((await world.run("import", "-", "--source", "old", "--yes")).err).toContain(
      "3 lines: 2 added (2 users), 0 there already, 1 skipped.\n"
    )
    expect(biggest - before).toBeLessThan(300_000_000)
  })

  it("Ctrl-C stops it between two batches, and the same command goes on", async () => {
    let interrupt = (): void => undefined
    const input = (async function* () {
      yield people(0, 700)
      interrupt()
      yield people(700, 2_000)
    })()
    const world = testWorld({ input })
    interrupt = world.interrupt
    const stopped = await world.run("import", "-", "--source", "old", "--yes")
    expect([stopped.code, stopped.err]).toEqual([
      130,
      expect.stringMatching(/stopped: \d+ lines imported\. Run the same/)
    ])
    const again = testWorld({ tables: world.tables, input: [people(0, 2_000)] })
    expect(await again.run("import", "-", "--source", "old", "--yes")).toMatchObject({ code: 0 })
    expect(world.tables.users.size).toBe(2_000)
  })

  it("two at once add each user once", async () => {
    const path = file(people(0, 1_500))
    const world = testWorld()
    const others = testWorld({ tables: world.tables })
    const both = await Promise.all(
      [world, others].map((each) => each.run("import", path, "--source", "old", "--yes", "--json"))
    )
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect(world.tables.users.size).toBe(1_500)
    const added = both.map(({ out }) => Number(objectsOf(out).at(-1)?.added))
    expect((added[0] ?? 0) + (added[1] ?? 0)).toBe(1_500)
  })

  it("BAK-04 made again brings no token back that was ended since, and says so", async () => {
    const path = file(tokensOf(2))
    const world = testWorld()
    expect(await world.run("import", path, "--source", "old", "--yes")).toMatchObject({ code: 0 })
    expect(await world.run("revoke", "user0", "--tokens")).toMatchObject({ code: 0 })
    expect(await world.run("revoke", "user1")).toMatchObject({ code: 0 })
    const { code, err } = await world.run("import", path, "--source", "old", "--yes")
    expect([code, err]).toEqual([
      6,
      expect.stringContaining("4 lines: 0 would be added, 2 there already, 2 skipped.\n")
    ])
    expect(err).toContain("  line 3, token 0: was ended here since: make a new token\n")
    expect(err).toContain("  line 4, token 1: everything that its user had was ended here since")
    expect([...world.tables.tokens.values()].flatMap((rows) => [...rows])).toEqual([])
  })

  it("of more tokens than a list has at once: revoke says how many it ended", async () => {
    const world = testWorld()
    const tokens = Array.from(
      { length: 700 },
      (_, n) => `${JSON.stringify({ type: "token", user: 0, name: "old", sha256: `${n}`.padStart(64, "0") })}\n`
    )
    await world.run("import", file(people(0, 1) + tokens.join("")), "--source", "old", "--yes")
    expect((await world.run("revoke", "user0")).err).toContain("700 tokens")
  })

  it("BAK-03 is rehearsed for tokens as for users: what is wrong, there already, or of nobody is told before", async () => {
    const world = testWorld()
    const right = tokensOf(1)
    const line = (fields: object) => `${JSON.stringify({ type: "token", user: 0, name: "old", ...fields })}\n`
    const wrong = [
      line({ sha256: "no hash" }),
      line({ sha256: "0b".repeat(32), name: " " }),
      line({ sha256: "0c".repeat(32), scopes: ["nowhere"] }),
      line({ sha256: "0d".repeat(32), user: 99 })
    ].join("")
    const rehearsed = await world.run("import", file(right + wrong), "--source", "old", "--dry-run")
    expect(rehearsed.err).toContain("6 lines: 2 would be added (1 user, 1 token), 0 there already, 4 skipped.\n")
    const done = await world.run("import", file(right + wrong), "--source", "old", "--yes")
    expect(done.err).toContain("6 lines: 2 added (1 user, 1 token), 0 there already, 4 skipped.\n")
    const again = await world.run("import", file(right), "--source", "old", "--dry-run")
    expect(again.err).toContain("2 lines: 0 would be added, 2 there already, 0 skipped.\n")
  })

  it("OPR-07 tokens are imported by the operator, as the trail tells", async () => {
    const world = testWorld()
    await world.run("import", file(tokensOf(1)), "--source", "old", "--yes")
    const told = world.tables.audit.map(({ event }) => [event.type, event.actedWith])
    expect(told).toContainEqual(["token.imported", "operator"])
  })

  it("users and tokens of a column of a fixed width are those of their ids", async () => {
    const world = testWorld()
    const lines = [
      { id: "7   ", username: "grace", password_hash: "" },
      { type: "token", user: "7   ", name: "old", sha256: "0a".repeat(32) }
    ]
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("")
    expect(await world.run("import", file(text), "--source", "old", "--yes")).toMatchObject({ code: 0 })
    expect(await world.run("import", file(text.replaceAll("7   ", "7")), "--source", "old", "--dry-run")).toMatchObject(
      {
        code: 0,
        err: expect.stringContaining("2 lines: 0 would be added, 2 there already, 0 skipped.\n")
      }
    )
  })

  it("OPR-05 words of a file cannot command the terminal", async () => {
    const hostile = JSON.stringify({ id: "\u001b[2J\u009b31m\u202e", username: "a b" })
    for (const more of [[], ["--json"]]) {
      const { out, err } = await testWorld().run(
        "import",
        file(`${hostile}\n`),
        "--source",
        "old",
        "--dry-run",
        ...more
      )
      expect(commands(out + err)).toBe(false)
    }
  })
})
