import type * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import type { AuthServices } from "../src/auth/auth-layer.ts"
import { Passwords } from "../src/password/passwords.ts"
import { sha256Hex } from "../src/secret/digest.ts"
import { reveal } from "../src/secret/secret-text.ts"
import { createTestAuth } from "../src/testing/create-test-auth.ts"
import { emptyTables } from "../src/testing/memory-tables.ts"
import { Users } from "../src/user/users.ts"
import { countingHasher } from "./counting-hasher.ts"
import { everyInterleaving } from "./interleavings.ts"
import { ada, eventsOf, newPassword, setHash } from "./people.ts"
import { storeAround, storeOver } from "./store-around.ts"

/** Ada, whose password somebody else chose, and who has logged in with it. */
const withAda = async () => {
  const tables = emptyTables()
  const { work, layer } = countingHasher()
  const { auth } = await createTestAuth({ store: storeOver(tables), hasher: layer })
  const { id } = await auth.users.create({ ...ada, mustChangePassword: true })
  const { user, session } = await auth.sessions.logIn(ada)
  Object.assign(work, { hashes: 0, verifies: 0 })
  return { auth, tables, work, id, user, session }
}

type Scene = Awaited<ReturnType<typeof withAda>>

/** Every way in which somebody gets a password in the place of their own. */
const ways: Readonly<Record<string, (scene: Scene, next: string) => Promise<unknown>>> = {
  "with the current one": ({ auth, id }, next) => auth.passwords.change({ user: id, current: ada.password, next }),
  "by a session": ({ auth, user, session }, next) => auth.passwords.set({ user, session, next }),
  "by a session, as a change of oneself": ({ auth, user, session }, next) =>
    auth.users.changeSelf({ user, session }, { password: next }),
  "together with a name": ({ auth, user, session }, next) =>
    auth.users.changeSelf({ user, session }, { password: next, username: "lovelace" })
}

describe.each(Object.entries(ways))("a password in the place of one that must be changed: %s", (_, change) => {
  test("PWD-26 is not the same one again: that is refused, and nothing changes", async () => {
    const scene = await withAda()
    const before = structuredClone(scene.tables.users)
    const refused = change(scene, ada.password)
    await expect(refused).rejects.toMatchObject({ _tag: "PasswordRefused", problem: "unchanged" })
    expect(scene.tables.users).toEqual(before)
  })

  test("PWD-26 PWD-06 is not the same one as another keyboard types it", async () => {
    const scene = await withAda()
    const text = "sieben na\u00dfe Schirme f\u00fcr \u00c5sa"
    await scene.auth.users.changeSelf({ user: scene.user, session: scene.session }, { password: text })
    const user = await scene.auth.users.change(scene.id, { mustChangePassword: true })
    const { session } = await scene.auth.sessions.open(user)
    const again = { ...scene, user, session }
    const current = text.normalize("NFD")
    if (change === ways["with the current one"]) {
      const wanted = { user: scene.id, current: text, next: current }
      await expect(scene.auth.passwords.change(wanted)).rejects.toMatchObject({ problem: "unchanged" })
    } else await expect(change(again, current)).rejects.toMatchObject({ problem: "unchanged" })
  })

  test("PWD-25 takes the demand away when it is another, and the trail tells of the password alone", async () => {
    const scene = await withAda()
    await change(scene, newPassword)
    expect(await scene.auth.users.find(scene.id)).toMatchObject({ mustChangePassword: false })
    expect(await eventsOf(scene.auth, { type: "password.changed" })).toHaveLength(1)
    const told = (await eventsOf(scene.auth, { type: "user.changed" })).map(({ details }) => details)
    expect(JSON.stringify(told)).not.toContain("mustChangePassword")
  })
})

describe("the look at the stored password", () => {
  test("costs a hash only where another one is demanded", async () => {
    const { auth, work, id, user, session } = await withAda()
    await auth.passwords.set({ user, session, next: newPassword })
    expect(work).toEqual({ hashes: 1, verifies: 1 })
    const changed = await auth.users.find(id)
    if (changed === null) throw new Error("she is gone")
    Object.assign(work, { hashes: 0, verifies: 0 })
    await auth.passwords.set({ user: changed, next: newPassword })
    expect(work).toEqual({ hashes: 1, verifies: 0 })
  })

  test("costs none for a password that is refused anyway", async () => {
    const { auth, work, user, session } = await withAda()
    await expect(auth.passwords.set({ user, session, next: "short" })).rejects.toMatchObject({ problem: "too-short" })
    expect(work).toEqual({ hashes: 0, verifies: 0 })
  })

  it.each<[string, string | null, string]>([
    [
      "one of another system, which is not in NFC, compares what was typed",
      `plain$${sha256Hex(ada.password)}`,
      "unchanged"
    ],
    ["one that nobody can read is no password", "junk", "changed"],
    ["none is no password", null, "changed"]
  ])("%s", async (_, stored, outcome) => {
    const { auth, tables, id, user, session } = await withAda()
    setHash(tables, id, stored)
    const said = await auth.passwords.set({ user, session, next: ada.password }).then(
      () => "changed",
      ({ problem }) => problem
    )
    expect(said).toBe(outcome)
  })
})

describe("an administrator who demands another password", () => {
  test("PWD-27 ends every credential in that step, and is on record with both values", async () => {
    const { auth } = await createTestAuth()
    const user = await auth.users.register(ada)
    const { secret } = await auth.sessions.logIn(ada)
    const token = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    const admin = (await auth.users.list({ query: "root" })).items[0]?.id
    if (admin === undefined) throw new Error("the administrator is missing")
    const changed = await auth.users.change(user.id, { mustChangePassword: true }, { actor: admin })
    expect(changed).toMatchObject({ mustChangePassword: true, epoch: user.epoch + 1 })
    expect([await auth.sessions.resume(secret), await auth.tokens.check(reveal(token.secret))]).toEqual([null, null])
    expect(await eventsOf(auth, { type: "user.changed" })).toMatchObject([
      { actor: admin, subject: user.id, details: { changes: [{ field: "mustChangePassword", from: false, to: true }] } }
    ])
    await auth.users.change(user.id, { mustChangePassword: true }, { actor: admin })
    expect(await eventsOf(auth, { type: "user.changed" })).toHaveLength(1)
  })

  /** Of the two at one moment: who comes later must not undo the other. */
  it.each<[string, (scene: Pick<Scene, "id" | "user" | "session">) => Effect.Effect<unknown, unknown, AuthServices>]>([
    ["set", ({ user, session }) => Passwords.use((each) => each.set({ user, session, next: ada.password }))],
    [
      "changeSelf",
      ({ user, session }) => Users.use((each) => each.changeSelf({ user, session }, { password: ada.password }))
    ],
    [
      "change",
      ({ id }) => Passwords.use((each) => each.change({ user: id, current: ada.password, next: ada.password }))
    ]
  ])(
    "PWD-26 PWD-27 whatever the order with somebody who sets the same password again, the demand stays (F13): %s",
    async (_, race) => {
      const orders = await everyInterleaving(async ({ around, atOnce }) => {
        const tables = emptyTables()
        const { auth } = await createTestAuth({ store: storeAround(around, tables) })
        const { id } = await auth.users.register(ada)
        const { user, session } = await auth.sessions.logIn(ada)
        await auth.run(
          atOnce(
            race({ id, user, session }),
            Users.use((users) => users.change(id, { mustChangePassword: true }))
          )
        )
        expect(tables.users.get(id)?.user.mustChangePassword).toBe(true)
      })
      expect(orders).toBeGreaterThan(3)
    }
  )
})
