// The real command, as operators run it: on real stores, at a terminal, in pipes, and when it is stopped.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RedisServer, startRedis } from "../../store-redis/test/servers.ts"
import { hasTerminals, ran, type Workplace, workplace } from "./program.ts"
import { objectsOf } from "./test-world.ts"

const password = "a quiet lantern over grey water"

if (!hasTerminals) console.warn("\nNO `script` of util-linux: tests that need a terminal are SKIPPED.\n")

const people = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) => `${JSON.stringify({ id: n, username: `user${n}`, email: `user${n}@example.org` })}\n`
  ).join("")

const createAdmin = (place: Workplace, ...more: ReadonlyArray<string>) =>
  ran(place.start(["create-admin", "--username", "root", "--password-stdin", "--create", ...more], `${password}\n`))

const rowsOf = (path: string) => objectsOf(readFileSync(path, "utf8")).slice(1)

describe("on SQLite", () => {
  journey(() => ({}))
})

describe.skipIf(!process.env.LATCHKEY_REDIS_SERVER)("on Redis", () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis({ appendonly: true })
  })
  afterAll(() => redis?.close())
  journey(() => ({ LATCHKEY_STORE: redis.url }))
})

function journey(env: () => Readonly<Record<string, string>>): void {
  it("an administrator is made, users come in, are looked after, and go out into a backup", async () => {
    using place = workplace(env())
    expect(await createAdmin(place)).toMatchObject({ code: 0, out: "" })
    writeFileSync(place.path("users.jsonl"), people(1_000))
    const imported = await ran(place.start(["import", "users.jsonl", "--source", "old", "--yes"]))
    expect([imported.code, imported.err]).toEqual([0, expect.stringContaining("1,000 added (1,000 users)")])
    const token = await ran(place.start(["token", "user7", "--name", "runner"]))
    expect([token.code, token.out]).toEqual([0, expect.stringMatching(/^lk_pat_\S+\n$/)])
    expect(await ran(place.start(["users", "deactivate", "user8@example.org"]))).toMatchObject({ code: 0 })
    const shown = await ran(place.start(["users", "show", "user7", "--json"]))
    expect(objectsOf(shown.out)).toMatchObject([{ username: "user7", tokens: [{ name: "runner" }] }])
    const link = await ran(place.start(["users", "password-link", "user7"]))
    expect([link.code, link.out]).toEqual([0, expect.stringMatching(/^http:\/\/localhost:3000\/\S+=lk_otc_\S+\n$/)])
    expect(await ran(place.start(["export", "backup.jsonl"]))).toMatchObject({ code: 0 })
    expect(rowsOf(place.path("backup.jsonl")).at(-1)).toMatchObject({ end: true })
    using other = workplace()
    const restored = await ran(other.start(["import", place.path("backup.jsonl"), "--yes", "--create"]))
    expect([restored.code, restored.err]).toEqual([0, expect.stringContaining(" 0 skipped.\n")])
    expect(await ran(other.start(["export", "again.jsonl"]))).toMatchObject({ code: 0 })
    expect(rowsOf(other.path("again.jsonl"))).toEqual(rowsOf(place.path("backup.jsonl")))
    const doctor = await ran(place.start(["doctor"]))
    expect([doctor.code, doctor.err]).toEqual([0, expect.stringMatching(/^0 errors and \d warnings?\.\n$/)])
    expect(await ran(place.start(["sweep", "--json"]))).toMatchObject({ code: 0 })
    expect((await ran(place.start(["audit", "list", "--json"]))).out).toContain('"actedWith":"operator"')
  })
}

describe.skipIf(!hasTerminals)("at a terminal", () => {
  it("OPR-01 a password that is typed is never shown", async () => {
    using place = workplace()
    const creating = place.startOnTerminal(["create-admin", "--username", "root", "--create"])
    await creating.waitFor("New password: ")
    creating.type(`${password}\r`)
    await creating.waitFor("The same again: ")
    creating.type(`${password}\r`)
    expect(await creating.ended).toBe(0)
    expect(creating.out()).toContain("root is an administrator of sqlite:")
    expect(creating.out()).not.toContain("lantern")
  })

  it("Ctrl-C, and the end of the input, where a password is asked for make nobody", async () => {
    using place = workplace()
    await createAdmin(place)
    for (const key of ["\u0003", "\u0004"]) {
      const creating = place.startOnTerminal(["create-admin", "--username", "second"])
      await creating.waitFor("New password: ")
      creating.type(key)
      expect(await creating.ended).toBe(130)
    }
    expect(await ran(place.start(["users", "show", "second"]))).toMatchObject({ code: 3 })
  })

  it("an import draws a bar, asks, and Ctrl-C at the question changes nothing", async () => {
    using place = workplace()
    await createAdmin(place)
    writeFileSync(place.path("users.jsonl"), people(6_000))
    const importing = place.startOnTerminal(["import", "users.jsonl", "--source", "old"])
    await importing.waitFor("? [y/N] ")
    expect(importing.out()).toMatch(/\[#+\.+\] +\d+ %/)
    importing.type("\u0003")
    expect(await importing.ended).toBe(130)
    expect(objectsOf((await ran(place.start(["users", "list", "--json"]))).out)).toHaveLength(1)
  })

  it("an export to the terminal is refused", async () => {
    using place = workplace()
    await createAdmin(place)
    const exporting = place.startOnTerminal(["export", "-"])
    expect(await exporting.ended).toBe(2)
    expect(exporting.out()).toContain("A backup has password hashes in it")
  })
})

describe("in pipes", () => {
  it("a reader that stops reading is no crash, and a disk that is full is a failure", async () => {
    using place = workplace()
    await createAdmin(place)
    await ran(place.start(["import", "-", "--source", "old", "--yes"], people(3_000)))
    const head = await ran(place.shell("latchkey-admin users list --json --limit 3000 | head -n 1"))
    expect(head).toMatchObject({ code: 0, err: "" })
    expect(objectsOf(head.out)).toHaveLength(1)
    const piped = await ran(place.shell("set -o pipefail; latchkey-admin export - | head -n 1 >/dev/null"))
    expect(piped).toMatchObject({ code: 141, err: "" })
    const full = await ran(place.shell("latchkey-admin export - >/dev/full"))
    expect(full.code).toBe(1)
    expect(full.err).toContain("standard output cannot be written: ENOSPC")
  })

  it("OPR-03 a store is copied through a pipe, and a pipe that breaks off is told", async () => {
    using place = workplace()
    await createAdmin(place)
    await ran(place.start(["import", "-", "--source", "old", "--yes"], people(2_000)))
    const copied = await ran(
      place.shell("latchkey-admin export - | latchkey-admin import - --yes --create --store sqlite:copy.db")
    )
    expect([copied.code, copied.err]).toEqual([0, expect.stringContaining(" 0 skipped.\n")])
    const cut = await ran(
      place.shell(
        "latchkey-admin export - | head -n 900 | latchkey-admin import - --yes --create --store sqlite:cut.db"
      )
    )
    expect([cut.code, cut.err]).toEqual([6, expect.stringContaining("The backup ends early")])
  })

  it("OPR-04 what another program writes is a file that can be read only once", async () => {
    using place = workplace()
    await createAdmin(place)
    writeFileSync(place.path("users.jsonl"), people(700))
    const importing = await ran(place.shell("latchkey-admin import <(cat users.jsonl) --source old --yes"))
    expect([importing.code, importing.err]).toEqual([0, expect.stringMatching(/^700 lines: 700 added/)])
  })
})

describe("where something is away", () => {
  it("a store is told by exit code 5, with what its server said", async () => {
    using place = workplace({ LATCHKEY_STORE: "redis://:hunter2@127.0.0.1:1" })
    const { code, out, err } = await ran(place.start(["users", "list"]))
    expect([code, out]).toEqual([5, ""])
    expect(err).toContain("cannot connect to Redis (connect ECONNREFUSED 127.0.0.1:1)")
    expect(err).not.toContain("hunter2")
  })

  it("OPR-01 a mail that does not go out is a failure, and shows no link", async () => {
    using place = workplace({ LATCHKEY_SMTP_URL: "smtp://127.0.0.1:1", LATCHKEY_MAIL_FROM: "a@example.org" })
    const { code, out, err } = await ran(
      place.start(["create-admin", "--email", "grace@example.org", "--invite", "--mail", "--create"])
    )
    expect([code, out]).toEqual([1, ""])
    expect(err).toContain("The mail was not sent")
    expect(err).not.toContain("lk_otc_")
  })
})

describe("stopped in the middle", () => {
  it("an import goes on when it is run again, after Ctrl-C and after a crash", async () => {
    using place = workplace()
    await createAdmin(place)
    writeFileSync(place.path("users.jsonl"), people(12_000))
    const args = ["import", "users.jsonl", "--source", "old", "--yes", "--report"]
    for (const [at, signal] of (["SIGINT", "SIGKILL"] as const).entries()) {
      const importing = place.start([...args, `report-${at}.jsonl`])
      await untilLarger(place.path(`report-${at}.jsonl`), 1_000)
      importing.signal(signal)
      expect(await importing.ended).toBe(signal === "SIGINT" ? 130 : null)
    }
    const done = await ran(place.start([...args, "report.jsonl"]))
    expect(done.code).toBe(0)
    const count = objectsOf((await ran(place.start(["doctor", "--json"]))).out).find(({ code }) => code === "store")
    expect(count?.what).toContain("has 12,001 users")
    expect(objectsOf(readFileSync(place.path("report.jsonl"), "utf8"))).toHaveLength(12_000)
  })

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("OPR-03 an export that %s stops leaves no file", async (signal) => {
    using place = workplace()
    await createAdmin(place)
    await ran(place.start(["import", "-", "--source", "old", "--yes"], people(12_000)))
    const exporting = place.start(["export", "backup.jsonl"])
    while (!readdirSync(place.folder).some((name) => name.endsWith(".part"))) await new Promise(setImmediate)
    exporting.signal(signal)
    expect(await exporting.ended).toBe(130)
    expect(readdirSync(place.folder).filter((name) => name.startsWith("backup"))).toEqual([])
  })

  it("OPR-03 an export that is killed leaves no file of its name", async () => {
    using place = workplace()
    await createAdmin(place)
    await ran(place.start(["import", "-", "--source", "old", "--yes"], people(12_000)))
    const exporting = place.start(["export", "backup.jsonl"])
    while (!readdirSync(place.folder).some((name) => name.endsWith(".part"))) await new Promise(setImmediate)
    exporting.signal("SIGKILL")
    await exporting.ended
    expect(existsSync(place.path("backup.jsonl"))).toBe(false)
    for (const part of readdirSync(place.folder).filter((name) => name.endsWith(".part")))
      expect((statSync(place.path(part)).mode & 0o777).toString(8)).toBe("600")
  })
})

const untilLarger = async (path: string, bytes: number): Promise<void> => {
  while (!existsSync(path) || statSync(path).size < bytes) await new Promise(setImmediate)
}

it("100 000 users are rehearsed and imported in memory that does not grow with them", async () => {
  using place = workplace()
  await createAdmin(place)
  const hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$5LSs5bW7DcBsWmLmOtuGWJmxZ1r2hQy7Yz0V1iN8aEo"
  const lines = people(100_000).replaceAll('"username"', `"password_hash":"${hash}","username"`)
  writeFileSync(place.path("users.jsonl"), lines)
  const begun = performance.now()
  const importing = place.start(["import", "users.jsonl", "--source", "old", "--yes"])
  let [first, largest] = [0, 0]
  const watch = setInterval(() => {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readStatus(importing.pid))?.[1]
    if (kilobytes === undefined) return
    if (importing.err().includes("line ") && first === 0) first = Number(kilobytes)
    largest = Math.max(largest, Number(kilobytes))
  }, 50)
  const code = await importing.ended
  clearInterval(watch)
  const seconds = (performance.now() - begun) / 1_000
  console.log(`100 000 users: ${seconds.toFixed(1)} s, at most ${Math.round(largest / 1_000)} MB`)
  expect([code, importing.err()]).toEqual([0, expect.stringContaining("100,000 added (100,000 users)")])
  expect(largest - first).toBeLessThan(150_000)
})

const readStatus = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8")
  } catch {
    return "" // it has ended, or this is no Linux
  }
}
