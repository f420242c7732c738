import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { nearestVariable, StoreError } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, expect, it } from "vitest"
import { objectsOf, type TestWorld, testWorld } from "../../test/test-world.ts"
import { storeFromText } from "../store/store-from-env.ts"
import { checkClock } from "./check-clock.ts"
import { checkRedis } from "./check-redis.ts"

const folder = mkdtempSync(join(tmpdir(), "latchkey-admin-"))
afterAll(() => rmSync(folder, { recursive: true }))

const sound = {
  NODE_ENV: "production",
  LATCHKEY_PUBLIC_URL: "https://app.example.org",
  LATCHKEY_REQUESTS_STRICT_TRANSPORT_SECURITY: "true",
  LATCHKEY_SESSIONS_TRUSTED_PROXIES: "10.0.0.0/8",
  LATCHKEY_SMTP_URL: "smtp://localhost:2525",
  LATCHKEY_MAIL_FROM: "no-reply@example.org"
}

const withAdmin = async (env: Readonly<Record<string, string>>, around: Parameters<typeof testWorld>[0] = {}) => {
  const world = testWorld({ input: ["a quiet lantern over grey water\n"], ...around })
  await world.run("create-admin", "--username", "root", "--password-stdin")
  return testWorld({ ...around, tables: world.tables, env })
}

const codesOf = async (world: TestWorld, ...args: ReadonlyArray<string>) => {
  const { code, out } = await world.run("doctor", "--json", ...args)
  const found = objectsOf(out).flatMap(({ level, code }) => (level === undefined ? [] : [`${level} ${code}`]))
  return { code, found, troubles: found.filter((each) => /^(?:error|warning)/.test(each)) }
}

it("a sound configuration has nothing wrong, and the exit code 0", async () => {
  const world = await withAdmin(sound)
  const { code, troubles, found } = await codesOf(world, "--strict")
  expect([code, troubles]).toEqual([0, []])
  expect(found).toContain("ok store")
  const { out, err } = await world.run("doctor")
  expect(out).toContain("ok       The store memory answers within ")
  expect(err).toBe("0 errors and 0 warnings.\n")
})

it.each<[string, Readonly<Record<string, string>>, string]>([
  ["a misspelt option", { LATCHKEY_SESSIONS_IDEL: "1 hour" }, "error unknown-variable"],
  ["a variable of somebody's own", { LATCHKEY_FLEET_COLOUR: "red" }, "warning unknown-variable"],
  ["an option that cannot be", { LATCHKEY_SESSIONS_IDLE: "soon" }, "error option-refused"],
  ["a contradiction", { LATCHKEY_SESSIONS_IDLE: "2 days" }, "error option-refused"],
  ["an unsafe switch in production", { LATCHKEY_UNSAFE_DEV_MODE: "true" }, "error option-refused"],
  ["an unsafe switch elsewhere", { LATCHKEY_REQUESTS_ALLOW_NO_FETCH_METADATA: "true" }, "warning unsafe-switch"],
  ["a password that lies about", { LATCHKEY_ADMIN_PASSWORD: "a quiet lantern" }, "warning admin-password-kept"],
  ["certificates that are not looked at", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, "error certificates-ignored"],
  ["no address", { LATCHKEY_PUBLIC_URL: "" }, "error no-address"],
  ["an address of this machine in production", { LATCHKEY_PUBLIC_URL: "http://localhost:3000" }, "error local-address"],
  ["no encryption", { LATCHKEY_PUBLIC_URL: "http://app.example.org" }, "error no-encryption"],
  ["no production", { NODE_ENV: "" }, "warning not-production"],
  ["https that nobody requires", { LATCHKEY_REQUESTS_STRICT_TRANSPORT_SECURITY: "" }, "warning https-not-required"],
  ["proxies that are everybody", { LATCHKEY_SESSIONS_TRUSTED_PROXIES: "0.0.0.0/0" }, "error everybody-trusted"],
  ["no proxy", { LATCHKEY_SESSIONS_TRUSTED_PROXIES: "" }, "warning no-proxy-trusted"],
  ["no mailer", { LATCHKEY_SMTP_URL: "", LATCHKEY_MAIL_FROM: "" }, "warning no-mailer"],
  ["keys of signed tokens that anybody guesses", { LATCHKEY_JWT_KEYS: "a-short-secret" }, "error option-refused"],
  ["half of signed tokens", { LATCHKEY_JWT_ISSUER: "https://id.example.org" }, "error option-refused"],
  ["half a mailer", { LATCHKEY_MAIL_FROM: "" }, "error mailer-refused"],
  [
    "an invitation without a mailer",
    { LATCHKEY_REGISTRATION: "invite", LATCHKEY_SMTP_URL: "", LATCHKEY_MAIL_FROM: "" },
    "warning start-warning"
  ]
])("OPR-06 tells %s, and what mends it", async (_, env, expected) => {
  const world = await withAdmin({ ...sound, ...env })
  const { code, troubles } = await codesOf(world)
  expect(troubles).toContain(expected)
  expect(code).toBe(troubles.some((each) => each.startsWith("error")) ? 7 : 0)
  expect((await codesOf(world, "--strict")).code).toBe(7)
  const { out } = await world.run("doctor")
  expect(out).toMatch(/^(?:error|warning) {2,4}\S.*\n {9}Why: \S.*\n {9}Mend: \S.*\n/)
})

it("OPR-06 tells all wrong options at once, by the names of their variables, and no value of them", async () => {
  const world = testWorld({
    env: { LATCHKEY_SESSIONS_IDLE: "soon", LATCHKEY_TOKENS_PER_USER: "many", LATCHKEY_SETUP_TOKEN: "hunter2" }
  })
  const { out } = await world.run("doctor")
  for (const name of ["LATCHKEY_SESSIONS_IDLE", "LATCHKEY_TOKENS_PER_USER", "LATCHKEY_SETUP_TOKEN"])
    expect(out).toContain(`error    ${name} must be `)
  expect(out).not.toContain("hunter2")
})

it("OPR-06 with --config the environment is looked at, too, for what counts whatever the options are", async () => {
  const config = fileURLToPath(new URL("../../test/config-of-a-host.ts", import.meta.url))
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0", LATCHKEY_ADMIN_PASSWORD: "a quiet lantern", LATCHKEY_FLEET: "red" }
  const { code, troubles } = await codesOf(testWorld({ env }), "--config", config)
  expect([code, troubles]).toEqual([
    7,
    expect.arrayContaining(["error certificates-ignored", "warning admin-password-kept"])
  ])
  expect(troubles.join()).not.toContain("unknown-variable")
})

it("a store that is away is told, and what can be seen without it", async () => {
  const away = Layer.effect(
    Store,
    Effect.fail(new StoreError({ operation: "open", cause: new Error("connection refused") }))
  )
  const storeOf = async (name: string) => ({ name, layer: away, files: [], servers: [] })
  const { code, troubles } = await codesOf(testWorld({ env: sound, storeOf }))
  expect([code, troubles]).toEqual([7, ["error store-away"]])
  const nowhere = testWorld({ env: { LATCHKEY_STORE: "sqlite:/nowhere/a.db" }, storeOf: storeFromText })
  expect((await codesOf(nowhere)).troubles).toEqual(["error not-opened"])
})

it("OPR-04 a file that others can read is told, and no file is made", async () => {
  const path = join(folder, "a.db")
  const env = { ...sound, LATCHKEY_STORE: `sqlite:${path}` }
  const world = testWorld({ env, storeOf: storeFromText, input: ["a quiet lantern over grey water\n"] })
  expect((await codesOf(world)).troubles).toEqual(["error not-opened"])
  await world.run("create-admin", "--username", "root", "--password-stdin", "--create")
  expect((await codesOf(world)).troubles).toEqual([])
  chmodSync(path, 0o644)
  expect((await codesOf(world)).troubles).toEqual(["error file-open-to-others"])
})

it("says of a file whether others still can read it, as when the application did not start", async () => {
  const path = join(folder, "b.db")
  const env = { ...sound, LATCHKEY_STORE: `sqlite:${path}` }
  const around = { storeOf: storeFromText, input: ["a quiet lantern over grey water\n"] }
  await testWorld({ ...around, env }).run("create-admin", "--username", "root", "--password-stdin", "--create")
  chmodSync(path, 0o644)
  const refused = await testWorld({ ...around, env: { ...env, LATCHKEY_TOKENS_PER_USER: "0" } }).run("doctor")
  expect(refused.out).toContain(`Others on this machine can read ${path} (mode 644).`)
  expect(refused.out).toContain(`Mend: chmod 600 ${path}. `)
  expect((statSync(path).mode & 0o777).toString(8)).toBe("644")
  const { out } = await testWorld({ ...around, env }).run("doctor")
  expect(out).toContain(`Others on this machine could read ${path} (mode 644).`)
  expect(out).toContain("Mend: This command has taken their rights away.")
  expect((statSync(path).mode & 0o777).toString(8)).toBe("600")
})

it("events that all come from one address of the own network point to a proxy", async () => {
  const world = await withAdmin(sound)
  const [record] = world.tables.audit
  if (record === undefined) throw new Error("no event")
  for (let more = 0; more < 30; more++)
    world.tables.audit.push({
      ...record,
      sequence: record.sequence + more + 1,
      event: { ...record.event, ip: "10.0.0.7" }
    })
  expect((await codesOf(world)).troubles).toEqual(["warning one-address"])
  world.tables.audit.push({ ...record, sequence: 1_000, event: { ...record.event, ip: "198.51.100.7" } })
  expect((await codesOf(world)).troubles).toEqual([])
  world.tables.audit.push({ ...record, sequence: 1_001, event: { ...record.event, at: Date.now() + 3_600_000 } })
  expect((await codesOf(world)).troubles).toEqual(["error events-from-the-future"])
})

it("clocks may differ by what a comparison cannot tell, and not by more", () => {
  const levelsOf = (ahead: number, within = 0) => checkClock("x", ahead, within).map(({ level }) => level)
  expect([levelsOf(1_900), levelsOf(-1_900), levelsOf(2_500, 1_000)]).toEqual([["ok"], ["ok"], ["ok"]])
  expect([levelsOf(2_100), levelsOf(-20_000)]).toEqual([["warning"], ["warning"]])
  expect([levelsOf(31_000), levelsOf(-31_000)]).toEqual([["error"], ["error"]])
})

it("a Redis tells its troubles: the way to it, its disk, its memory, its clock", async () => {
  const node = { version: "8.0", roundTrip: 1, clockAhead: 0, memory: { used: 1, most: null }, diskProblem: null }
  const local = { name: "redis://localhost:6379", hostname: "localhost", isEncrypted: false, hasPassword: false }
  const codes = async (server: object, facts: object) =>
    (await checkRedis({ ...local, ...server, facts: async () => [{ ...node, ...facts }] })).flatMap(
      ({ level, code }) => (level === "ok" ? [] : [code])
    )
  expect(await codes({}, {})).toEqual([])
  expect(await codes({ hostname: "redis.example.org" }, {})).toEqual(["redis-not-encrypted", "redis-without-password"])
  expect(await codes({}, { diskProblem: "x is err" })).toEqual(["redis-disk"])
  expect(await codes({}, { memory: { used: 95, most: 100 } })).toEqual(["redis-full-soon"])
  expect(await codes({}, { roundTrip: 50 })).toEqual(["redis-slow"])
  expect(await codes({}, { clockAhead: 60_000 })).toEqual(["clock-off"])
})

it("a mistyped word is near the one that was meant, and a word of one's own near none", () => {
  const words = ["LATCHKEY_SESSIONS_IDLE", "LATCHKEY_NAME", "LATCHKEY_STORE"]
  expect(nearestVariable("LATCHKEY_SESSION_IDLE", words)).toBe("LATCHKEY_SESSIONS_IDLE")
  expect(nearestVariable("LATCHKEY_STROE", words)).toBe("LATCHKEY_STORE")
  expect(nearestVariable("LATCHKEY_FLEET_COLOUR", words)).toBeNull()
})
