// A weekend with zndraw-auth 0.2 on fastapi-users 15: a database with its tables, the guide's SQL and commands, and the clients that go on.
import { randomUUID } from "node:crypto"
import { hash } from "@node-rs/argon2"
import { SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Application, bearer, startApplication } from "./application.ts"
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
  let application: Application

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
    application = await startApplication(rehearsal.folder, undefined, now)
  })
  afterAll(async () => {
    await application?.[Symbol.asyncDispose]()
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
  const me = (token: string, server: Application = application) =>
    server.ask("GET", "/users/me", { authorization: bearer(token) })
  const logIn = (person: Person, password: string) =>
    application.ask("POST", "/auth/jwt/login", { form: { username: emailOf(person), password } })
  const newPassword = "four unrelated words here"

  test("CHG-01 the guide's commands take everybody over, with their ids", () => {
    expect(done.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, expect.stringMatching(/^7 lines: 7 would be added/)],
      [0, expect.stringContaining("7 lines: 7 added (7 users)")]
    ])
    expect(people.map((person) => rehearsal.newIdOf(idOf(person)))).toEqual(people.map(idOf))
  })

  test("CHG-05 old tokens go on, with the body that clients know", async () => {
    const body = { id: idOf("bob"), email: emailOf("bob"), is_active: true, is_superuser: false, is_verified: true }
    expect(await me(await tokenOf("bob"))).toEqual({ status: 200, body })
    expect((await me(await tokenOf("dora"))).status).toBe(401) // inactive
    expect((await me(await tokenOf("bob", { expiresAt: now - 1_000 }))).status).toBe(401)
    const forged = await signed({ sub: idOf("ada"), aud: ["fastapi-users:auth"] }, "another secret of 20", now + MINUTE)
    expect((await me(forged)).status).toBe(401)
  })

  test("CHG-05 old tokens of programs and of administrators go on, too", async () => {
    expect(await me(await tokenOf("bob", { madeBy: "bob" }))).toMatchObject({ status: 200, body: { id: idOf("bob") } })
    expect(await me(await tokenOf("bob", { madeBy: "ada" }))).toMatchObject({ status: 200, body: { id: idOf("bob") } })
    expect((await me(await tokenOf("bob", { madeBy: "erin" }))).status).toBe(401) // no administrator
    const list = await application.ask("GET", `/users/${idOf("bob")}`, { authorization: bearer(await tokenOf("ada")) })
    expect(list).toMatchObject({ status: 200, body: { id: idOf("bob") } })
  })

  test("CHG-05 the old command goes on: it asks for a code, and polls until its user has approved", async () => {
    const approver = (await logIn("erin", passwordOf("erin"))).body.access_token
    const begun = await application.ask("POST", "/auth/cli-login")
    expect(begun).toMatchObject({
      status: 200,
      body: { code: expect.stringMatching(/^[A-Z0-9]{8}$/), secret: expect.any(String) }
    })
    const poll = () => application.ask("GET", `/auth/cli-login/${begun.body.code}?secret=${begun.body.secret}`)
    expect(await poll()).toEqual({ status: 200, body: { status: "pending", token: null } })
    const approved = await application.ask("PATCH", `/auth/cli-login/${begun.body.code}`, {
      authorization: bearer(approver)
    })
    expect(approved).toEqual({ status: 200, body: { status: "approved" } })
    const got = await poll()
    expect(got).toMatchObject({ status: 200, body: { status: "approved", token: expect.any(String) } })
    expect(await me(got.body.token)).toMatchObject({ status: 200, body: { id: idOf("erin") } })
    expect((await poll()).status).toBe(404)
  })

  test("CHG-05 a log-out with an old token ends that one, and no other", async () => {
    const [ended, other] = [await tokenOf("bob", { expiresAt: now + 50 * MINUTE }), await tokenOf("bob")]
    expect((await application.ask("POST", "/auth/jwt/logout", { authorization: bearer(ended) })).status).toBe(204)
    expect([(await me(ended)).status, (await me(other)).status]).toEqual([401, 200])
  })

  test("CHG-06 an old link for a new password works once, and ends what its user had", async () => {
    const [link, token] = [await resetTokenOf("carol"), await tokenOf("carol")]
    const reset = (password: string) =>
      application.ask("POST", "/auth/reset-password", { json: { token: link, password } })
    expect((await me(token)).status).toBe(200)
    expect(await reset(newPassword)).toEqual({ status: 200, body: null })
    expect(await reset("four other unrelated words")).toMatchObject({
      status: 400,
      body: { detail: "RESET_PASSWORD_BAD_TOKEN" }
    })
    expect((await me(token)).status).toBe(401)
    expect((await logIn("carol", passwordOf("carol"))).status).toBe(400)
    expect((await logIn("carol", newPassword)).status).toBe(200)
  })

  test("CHG-06 an old link that verifies an address works, for an address that is the user's", async () => {
    const verify = async (person: Person) =>
      application.ask("POST", "/auth/verify", { json: { token: await verifyTokenOf(person) } })
    expect(await verify("gail")).toMatchObject({ status: 200, body: { id: idOf("gail"), is_verified: true } })
    expect(await verify("gail")).toMatchObject({ status: 400, body: { detail: "VERIFY_USER_ALREADY_VERIFIED" } })
    // Carol's link ended with her new password: it knows no epoch.
    expect(await verify("carol")).toMatchObject({ status: 400, body: { detail: "VERIFY_USER_BAD_TOKEN" } })
    expect(await verify("finn")).toMatchObject({ status: 400, body: { detail: "VERIFY_USER_ALREADY_VERIFIED" } })
  })

  test("CHG-02 every active user logs in with the old password", async () => {
    const answers = await Promise.all(people.map((person) => logIn(person, passwordOf(person))))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 400, 200, 200, 200])
    const token: string = answers[1]?.body.access_token
    const claims = JSON.parse(atob(token.split(".")[1] ?? ""))
    expect(claims).toMatchObject({ sub: idOf("bob"), aud: ["fastapi-users:auth"] })
    expect((await me(token)).status).toBe(200)
  })

  test("CHG-06 an old link for a new password has ended when its user has logged in since", async () => {
    const token = await resetTokenOf("bob")
    const answer = await application.ask("POST", "/auth/reset-password", { json: { token, password: newPassword } })
    expect(answer).toMatchObject({ status: 400, body: { detail: "RESET_PASSWORD_BAD_TOKEN" } })
  })

  test("CHG-07 when the grace period is over, no old token or link opens anything, and the option may go", async () => {
    const [token, link] = await Promise.all([
      tokenOf("finn", { expiresAt: now + 300 * DAY }),
      signed(
        { sub: idOf("finn"), email: emailOf("finn"), aud: "fastapi-users:verify" },
        env.ZNDRAW_AUTH_VERIFICATION_TOKEN_SECRET,
        now + 300 * DAY
      )
    ])
    const end = Date.parse(until)
    await application.clock.advance(end - 1_000 - application.clock.now())
    expect((await me(token)).status).toBe(200)
    await application.clock.advance("1 second")
    expect((await me(token)).status).toBe(401)
    const verified = await application.ask("POST", "/auth/verify", { json: { token: link } })
    expect(verified).toMatchObject({ status: 400, body: { detail: "VERIFY_USER_BAD_TOKEN" } })
    await using later = await startApplication(rehearsal.folder, () => ({ accessTokens: undefined }), now)
    expect((await me(token, later)).status).toBe(401)
  })
})
