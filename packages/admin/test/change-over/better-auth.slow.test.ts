// A weekend with better-auth 1.7, which makes the database and its users itself.
import { DatabaseSync } from "node:sqlite"
import { importedUserId } from "@latchkey/core"
import { betterAuth } from "better-auth"
import { getMigrations } from "better-auth/db/migration"
import { Pool } from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { bearer, logIn, me, startApplication } from "./application.ts"
import { kinds, type OldDatabase } from "./database.ts"
import { type Done, type Rehearsal, startRehearsal } from "./rehearsal.ts"

const ada = { name: "Ada", email: "ada@example.org", password: "one good horse" }
/** better-auth normalises passwords (NFKC): the sign for 1/4 is three characters to it. */
const bob = { name: "Bob", email: "Bob@Example.org", password: "¼ cup of ﬁgs" }
const carol = { name: "Carol", email: "carol@example.org" }

/** The old system, which signs two people up. Carol came from another provider, and has no password. */
const fill = async (
  old: OldDatabase
): Promise<{ readonly ids: ReadonlyArray<string>; readonly token: string | null }> => {
  const pool = old.kind === "PostgreSQL" ? new Pool({ connectionString: old.name }) : null
  const file = pool === null ? new DatabaseSync(old.name) : null
  const options = {
    database: pool ?? file ?? undefined,
    secret: "a secret of thirty-two characters",
    baseURL: "http://localhost:3000",
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false }
  }
  try {
    await (await getMigrations(options)).runMigrations()
    const { api } = betterAuth(options)
    const signedUp = [await api.signUpEmail({ body: ada }), await api.signUpEmail({ body: bob })]
    old.run(`UPDATE "user" SET "emailVerified" = ${pool === null ? 1 : true} WHERE email = '${ada.email}';
      INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
        VALUES ('carols-id', '${carol.name}', '${carol.email}', ${pool === null ? 1 : true}, '2025-03-01T12:00:00.000Z', '2025-03-01T12:00:00.000Z');
      INSERT INTO account (id, "accountId", "providerId", "userId", "createdAt", "updatedAt")
        VALUES ('account', '4711', 'github', 'carols-id', '2025-03-01T12:00:00.000Z', '2025-03-01T12:00:00.000Z');`)
    return { ids: [...signedUp.map(({ user }) => user.id), "carols-id"], token: signedUp[0]?.token ?? null }
  } finally {
    await pool?.end()
    file?.close()
  }
}

describe.each(kinds)("better-auth on %s", (kind) => {
  let rehearsal: Rehearsal
  let done: ReadonlyArray<Done>
  let filled: Awaited<ReturnType<typeof fill>>

  beforeAll(async () => {
    rehearsal = await startRehearsal({ guide: "from-better-auth", kind })
    filled = await fill(rehearsal.old)
    done = await rehearsal.changeOver()
  })
  afterAll(() => rehearsal?.[Symbol.asyncDispose]())

  test("CHG-01 the guide's commands take everybody over", async () => {
    expect(done.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, expect.stringMatching(/^3 lines: 3 would be added/)],
      [0, expect.stringContaining("3 lines: 3 added (3 users)")]
    ])
    const [adas = "", , carols = ""] = filled.ids
    expect(rehearsal.newIdOf(adas)).toBe(importedUserId(adas, "better-auth"))
    await using server = await startApplication(rehearsal.folder)
    expect(await server.auth.setup.needed()).toBe(true) // better-auth alone knows no administrators
    const { items } = await server.auth.users.list()
    expect(items.map(({ email, isVerified }) => ({ email, isVerified }))).toEqual(
      expect.arrayContaining([
        { email: "ada@example.org", isVerified: true },
        { email: "bob@example.org", isVerified: false },
        { email: "carol@example.org", isVerified: true }
      ])
    )
    const user = items.find(({ id }) => id === importedUserId(carols, "better-auth"))
    expect(user?.createdAt).toBe(Date.UTC(2025, 2, 1, 12))
  })

  test("CHG-02 whoever has a password logs in with it, and nobody without one", async () => {
    await using server = await startApplication(rehearsal.folder)
    expect((await logIn(server, ada.email, ada.password)).status).toBe(200)
    expect((await logIn(server, bob.email, bob.password)).status).toBe(200)
    expect((await logIn(server, ada.email, bob.password)).status).toBe(400)
    expect((await logIn(server, carol.email, ada.password)).status).toBe(400)
  })

  test("CHG-04 a session of the old system opens nothing", async () => {
    await using server = await startApplication(rehearsal.folder)
    expect((await me(server, bearer(String(filled.token)))).status).toBe(401)
  })

  test("CHG-04 without the option those who came go on, and the others need a new password", async () => {
    await using server = await startApplication(rehearsal.folder)
    await logIn(server, ada.email, ada.password)
    await using later = await server.restart(() => ({ legacyPasswords: [] }))
    expect((await logIn(later, ada.email, ada.password)).status).toBe(200)
    expect((await logIn(later, bob.email, bob.password)).status).toBe(400)
  })
})
