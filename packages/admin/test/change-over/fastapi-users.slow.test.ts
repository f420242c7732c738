// A weekend with zndraw-auth 0.2 on fastapi-users 15: a database with its tables, the guide's SQL and commands, and the clients that go on.
import { randomUUID } from "node:crypto"
import { hash } from "@node-rs/argon2"
import { SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Application, bearer, logIn, me, startApplication } from "./application.ts"
import { insert, type Kind, kinds } from "./database.ts"
import { type Done, type Rehearsal, startRehearsal } from "./rehearsal.ts"

/** As SQLAlchemy makes them of `SQLAlchemyBaseUserTableUUID` and of the challenges of zndraw-auth. */
const tables: Readonly<Record<Kind, string>> = {
  SQLite: `
    CREATE TABLE user (id CHAR(36) NOT NULL, email VARCHAR(320) NOT NULL, hashed_password VARCHAR(1024) NOT NULL, is_active BOOLEAN NOT NULL, is_superuser BOOLEAN NOT NULL, is_verified BOOLEAN NOT NULL, PRIMARY KEY (id));
    CREATE UNIQUE INDEX ix_user_email ON user (email);
    CREATE TABLE cliloginchallenge (id INTEGER NOT NULL, code VARCHAR NOT NULL, secret VARCHAR, status VARCHAR NOT NULL, token VARCHAR, user_id CHAR(32), created_at DATETIME NOT NULL, expires_at DATETIME NOT NULL, PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES user (id));`,
  PostgreSQL: `
    CREATE TABLE "user" (id UUID NOT NULL, email VARCHAR(320) NOT NULL, hashed_password VARCHAR(1024) NOT NULL, is_active BOOLEAN NOT NULL, is_superuser BOOLEAN NOT NULL, is_verified BOOLEAN NOT NULL, PRIMARY KEY (id));
    CREATE UNIQUE INDEX ix_user_email ON "user" (email);
    CREATE TABLE cliloginchallenge (id SERIAL NOT NULL, code VARCHAR NOT NULL, secret VARCHAR, status VARCHAR NOT NULL, token VARCHAR, user_id UUID, created_at TIMESTAMP WITH TIME ZONE NOT NULL, expires_at TIMESTAMP WITH TIME ZONE NOT NULL, PRIMARY KEY (id), FOREIGN KEY (user_id) REFERENCES "user" (id));`
}

const env = {
  JWT_KEY: "bmV3LWtleS1mb3ItdGhlLXJlaGVhcnNhbC1vZi1hLWNoYW5nZS1vdmVy",
  ZNDRAW_AUTH_SECRET_KEY: "q8Zt3Wm6Kx1Vb9Ns4Hd7",
  ZNDRAW_AUTH_RESET_PASSWORD_TOKEN_SECRET: "r2Yf5Lp8Gc1Jw4Te7Ua0",
  ZNDRAW_AUTH_VERIFICATION_TOKEN_SECRET: "v3Mk6Qs9Bn2Xd5Ez8Ro1"
}

const [MINUTE, DAY] = [60_000, 86_400_000]
const people = ["ada", "bob", "carol", "dora", "erin", "finn", "gail"] as const
type Person = (typeof people)[number]
const passwordOf = (person: Person) => `${person}'s old one`
const emailOf = (person: Person) => `${person}@example.org`

/** As pwdlib makes them. */
const hashed = (password: string) =>
  hash(password, { algorithm: 2, memoryCost: 65_536, timeCost: 3, parallelism: 4, outputLen: 32 })

/** As PyJWT makes them for fastapi-users. */
const signed = (claims: object, secret: string, expiresAt: number) =>
  new SignJWT({ ...claims, exp: Math.floor(expiresAt / 1_000) })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret))

describe.each(kinds)("zndraw-auth on %s", (kind) => {
  const now = Date.now()
  const until = new Date(now + 14 * DAY).toISOString().slice(0, 10)
  const ids = new Map(people.map((person) => [person, randomUUID() as string]))
  const hashes = new Map<Person, string>()
  let rehearsal: Rehearsal
  let done: ReadonlyArray<Done>

  beforeAll(async () => {
    Object.assign(process.env, env) // the server's, which reads the options as the command does
    for (const person of people) hashes.set(person, await hashed(passwordOf(person)))
    rehearsal = await startRehearsal({
      guide: "from-fastapi-users",
      kind,
      env,
      edit: (options) => options.replace(/until: "[^"]+"/, `until: "${until}"`)
    })
    const row = (person: Person, flags: object = {}) =>
      insert("user", {
        // SQLModel's own type for ids keeps them without dashes.
        id: kind === "SQLite" && person === "finn" ? idOf(person).replaceAll("-", "") : idOf(person),
        email: emailOf(person),
        hashed_password: hashes.get(person) ?? "",
        ...{ is_active: true, is_superuser: false, is_verified: true },
        ...flags
      })
    rehearsal.old.run(
      [
        tables[kind],
        row("ada", { is_superuser: true }),
        row("bob"),
        row("carol", { is_verified: false }),
        row("dora", { is_active: false }),
        row("erin"),
        row("finn"),
        row("gail", { is_verified: false })
      ].join("")
    )
    done = await rehearsal.changeOver()
  })
  afterAll(async () => {
    await rehearsal?.[Symbol.asyncDispose]()
    for (const name of Object.keys(env)) delete process.env[name]
  })

  const idOf = (person: Person) => ids.get(person) ?? ""
  /** What `JWTStrategy.write_token` gave; and what a CLI login or an administrator got, with who is behind it. */
  const tokenOf = (
    person: Person,
    { expiresAt = now + 60 * MINUTE, madeBy }: { expiresAt?: number; madeBy?: Person } = {}
  ) =>
    signed(
      {
        sub: idOf(person),
        aud: ["fastapi-users:auth"],
        ...(madeBy === undefined ? {} : { impersonated_by: idOf(madeBy) })
      },
      env.ZNDRAW_AUTH_SECRET_KEY,
      expiresAt
    )
  const resetTokenOf = async (person: Person) =>
    signed(
      { sub: idOf(person), password_fgpt: await hashed(hashes.get(person) ?? ""), aud: "fastapi-users:reset" },
      env.ZNDRAW_AUTH_RESET_PASSWORD_TOKEN_SECRET,
      now + 60 * MINUTE
    )
  const verifyTokenOf = (person: Person) =>
    signed(
      { sub: idOf(person), email: emailOf(person), aud: "fastapi-users:verify" },
      env.ZNDRAW_AUTH_VERIFICATION_TOKEN_SECRET,
      now + 60 * MINUTE
    )
  const start = () => startApplication(rehearsal.folder, undefined, now)
  const reset = (server: Application, token: string, password: string) =>
    server.ask("POST", "/auth/reset-password", { json: { token, password } })
  const verify = (server: Application, token: string) => server.ask("POST", "/auth/verify", { json: { token } })
  const badReset = { status: 400, body: { detail: "RESET_PASSWORD_BAD_TOKEN" } }
  const badVerify = { status: 400, body: { detail: "VERIFY_USER_BAD_TOKEN" } }
  const newPassword = "four unrelated words here"

  test("CHG-01 the guide's commands take everybody over, with their ids", () => {
    expect(done.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, expect.stringMatching(/^7 lines: 7 would be added/)],
      [0, expect.stringContaining("7 lines: 7 added (7 users)")]
    ])
    expect(people.map((person) => rehearsal.newIdOf(idOf(person)))).toEqual(people.map(idOf))
  })

  test("CHG-02 every active user logs in with the old password", async () => {
    await using server = await start()
    const statuses: Array<number> = []
    for (const person of people) statuses.push((await logIn(server, emailOf(person), passwordOf(person))).status)
    expect(statuses).toEqual([200, 200, 200, 400, 200, 200, 200])
    const token = String((await logIn(server, emailOf("bob"), passwordOf("bob"))).body?.access_token)
    const claims = JSON.parse(atob(token.split(".")[1] ?? ""))
    expect(claims).toMatchObject({ sub: idOf("bob"), aud: ["fastapi-users:auth"] })
    expect((await me(server, bearer(token))).status).toBe(200)
  })

  test("CHG-05 old tokens go on, with the body that clients know", async () => {
    await using server = await start()
    const body = { id: idOf("bob"), email: emailOf("bob"), is_active: true, is_superuser: false, is_verified: true }
    expect(await me(server, bearer(await tokenOf("bob")))).toEqual({ status: 200, body })
    expect(await me(server, bearer(await tokenOf("finn")))).toMatchObject({ status: 200, body: { id: idOf("finn") } })
    const audience = { sub: idOf("bob"), aud: "fastapi-users:auth" }
    const asText = await signed(audience, env.ZNDRAW_AUTH_SECRET_KEY, now + MINUTE)
    expect((await me(server, bearer(asText))).status).toBe(200)
    const refused = [
      await tokenOf("dora"), // inactive
      await tokenOf("bob", { expiresAt: now - 1_000 }),
      await signed(audience, "another secret of 24 byt", now + MINUTE),
      await signed(audience, env.ZNDRAW_AUTH_RESET_PASSWORD_TOKEN_SECRET, now + MINUTE),
      await resetTokenOf("bob"),
      await verifyTokenOf("bob")
    ]
    for (const token of refused) expect((await me(server, bearer(token))).status).toBe(401)
  })

  test("CHG-05 old tokens of programs and of administrators go on, too", async () => {
    await using server = await start()
    const bob = { status: 200, body: { id: idOf("bob") } }
    expect(await me(server, bearer(await tokenOf("bob", { madeBy: "bob" })))).toMatchObject(bob)
    expect(await me(server, bearer(await tokenOf("bob", { madeBy: "ada" })))).toMatchObject(bob)
    expect((await me(server, bearer(await tokenOf("bob", { madeBy: "erin" })))).status).toBe(401) // no administrator
    const authorization = bearer(await tokenOf("ada"))
    expect(await server.ask("GET", `/users/${idOf("bob")}`, { authorization })).toMatchObject(bob)
  })

  test("CHG-05 the old command goes on: it asks for a code, and polls until its user has approved", async () => {
    await using server = await start()
    const begun = await server.ask("POST", "/auth/cli-login")
    const { code = "", secret = "" } = begun.body ?? {}
    expect([begun.status, code]).toEqual([200, expect.stringMatching(/^[A-Z0-9]{8}$/)])
    const poll = () => server.ask("GET", `/auth/cli-login/${code}?secret=${secret}`)
    expect(await poll()).toEqual({ status: 200, body: { status: "pending", token: null } })
    const old = await server.ask("PATCH", `/auth/cli-login/${code}`, { authorization: bearer(await tokenOf("erin")) })
    expect(old).toMatchObject({ status: 403, body: { code: "session-required" } }) // nobody knows how old it is
    const approver = String((await logIn(server, emailOf("erin"), passwordOf("erin"))).body?.access_token)
    const approved = await server.ask("PATCH", `/auth/cli-login/${code}`, { authorization: bearer(approver) })
    expect(approved).toEqual({ status: 200, body: { status: "approved" } })
    const got = await poll()
    expect(got).toEqual({ status: 200, body: { status: "approved", token: expect.any(String) } })
    expect(await me(server, bearer(String(got.body?.token)))).toMatchObject({ status: 200, body: { id: idOf("erin") } })
    expect((await poll()).status).toBe(404)
  })

  test("CHG-05 a log-out with an old token ends that one, and no other", async () => {
    await using server = await start()
    const [ended, other] = [await tokenOf("bob", { expiresAt: now + 50 * MINUTE }), await tokenOf("bob")]
    expect((await server.ask("POST", "/auth/jwt/logout", { authorization: bearer(ended) })).status).toBe(204)
    expect([(await me(server, bearer(ended))).status, (await me(server, bearer(other))).status]).toEqual([401, 200])
  })

  test("CHG-06 an old link for a new password works once, and ends what its user had", async () => {
    await using server = await start()
    const [link, token, verifyLink] = [
      await resetTokenOf("carol"),
      await tokenOf("carol"),
      await verifyTokenOf("carol")
    ]
    expect((await me(server, bearer(token))).status).toBe(200)
    expect(await reset(server, link, newPassword)).toEqual({ status: 200, body: null })
    expect(await reset(server, link, "four other unrelated words")).toMatchObject(badReset)
    expect((await me(server, bearer(token))).status).toBe(401)
    expect(await verify(server, verifyLink)).toMatchObject(badVerify)
    expect((await logIn(server, emailOf("carol"), passwordOf("carol"))).status).toBe(400)
    expect((await logIn(server, emailOf("carol"), newPassword)).status).toBe(200)
  })

  test("CHG-06 an old link for a new password has ended when its user has logged in since", async () => {
    await using server = await start()
    await logIn(server, emailOf("bob"), passwordOf("bob"))
    expect(await reset(server, await resetTokenOf("bob"), newPassword)).toMatchObject(badReset)
  })

  test("CHG-06 an old link that verifies an address works", async () => {
    await using server = await start()
    const link = await verifyTokenOf("gail")
    expect(await verify(server, link)).toMatchObject({ status: 200, body: { id: idOf("gail"), is_verified: true } })
    const again = { status: 400, body: { detail: "VERIFY_USER_ALREADY_VERIFIED" } }
    expect(await verify(server, link)).toMatchObject(again)
  })

  test("CHG-07 when the grace period is over, no old token or link opens anything, and the option may go", async () => {
    await using server = await start()
    const token = bearer(await tokenOf("gail", { expiresAt: now + 300 * DAY }))
    const claims = { sub: idOf("gail"), email: emailOf("gail"), aud: "fastapi-users:verify" }
    const link = await signed(claims, env.ZNDRAW_AUTH_VERIFICATION_TOKEN_SECRET, now + 300 * DAY)
    await server.clock.advance(Date.parse(until) - 1_000 - now)
    expect((await me(server, token)).status).toBe(200)
    await server.clock.advance("1 second")
    expect((await me(server, token)).status).toBe(401)
    expect(await verify(server, link)).toMatchObject(badVerify)
    await using later = await server.restart(() => ({ accessTokens: undefined }))
    expect((await me(later, token)).status).toBe(401)
    expect(await verify(later, link)).toMatchObject(badVerify)
  })
})
