import { describe, expect, it } from "vitest"
import { eventsOf } from "../../test/people.ts"
import { outage, storeAround } from "../../test/store-around.ts"
import { argon2Hasher } from "../password/argon2-hasher.ts"
import { argon2 } from "../password/legacy/argon2.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { importedUserId } from "./imported-id.ts"
import type { UserToImport } from "./imported-user.ts"

const source = "fastpluggy"
const uuid = "6f1c2b9e-3d5a-4c8f-9a1b-2c3d4e5f6071"
const hash = "plain$5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8" // of "password"

const scene = async () => {
  const { auth, clock } = await createTestAuth({ roles: { editor: "Edits notes" } })
  return { auth, clock, take: (...users: ReadonlyArray<UserToImport>) => auth.users.import(users, { source }) }
}

describe("users.import", () => {
  it("BAK-03 adds a user just as they were, and they log in with their old password", async () => {
    const { auth, take } = await scene()
    const old = {
      id: uuid,
      username: "Grace",
      email: "Grace@Example.org",
      passwordHash: hash,
      isVerified: true,
      isSuperuser: true,
      roles: ["editor"],
      createdAt: Date.UTC(2020, 1, 3),
      lastLoginAt: Date.UTC(2021, 4, 5)
    }
    expect(await take(old)).toEqual([{ outcome: "added", id: uuid }])
    const { passwordHash: _, ...kept } = old
    const { user } = await auth.sessions.logIn({ username: "grace", password: "password" })
    expect(user).toMatchObject({ ...kept, email: "Grace@example.org", isActive: true, epoch: 0 })
  })

  it("BAK-03 gives an id that is no UUID the same new one each time, and another for another system", async () => {
    const { take } = await scene()
    const [first] = await take({ id: "42", username: "grace" })
    expect(first).toEqual({ outcome: "added", id: importedUserId("42", source) })
    expect(await take({ id: "42", username: "grace" })).toEqual([{ outcome: "there", id: first?.id }])
    expect(importedUserId("42", "another")).not.toBe(first?.id)
    expect(importedUserId(uuid.toUpperCase(), source)).toBe(uuid)
  })

  it("BAK-03 leaves who is there already as they are", async () => {
    const { auth, take } = await scene()
    const [added] = await take({ id: uuid, username: "grace" })
    const id = added?.id
    if (!id) throw new Error("nobody was added")
    await auth.users.change(id, { isActive: false, email: "grace@example.org" })
    expect(await take({ id: uuid, username: "grace", isSuperuser: true })).toEqual([{ outcome: "there", id }])
    expect(await auth.users.find(id)).toMatchObject({ isActive: false, isSuperuser: false, email: "grace@example.org" })
  })

  it.each<[string, Partial<UserToImport>, object]>([
    ["a taken name", { username: "ROOT" }, { outcome: "name-taken" }],
    ["a taken address", { email: "Root@Example.org" }, { outcome: "name-taken" }],
    ["no name", { username: "", email: null }, { outcome: "refused", field: "username", problem: "missing" }],
    ["a malformed address", { email: "grace at home" }, { outcome: "refused", field: "email", problem: "malformed" }],
    ["a reserved name", { username: "oauth2" }, { outcome: "refused", field: "username", problem: "reserved" }],
    ["an unknown hash", { passwordHash: "$1$x$y" }, { outcome: "refused", field: "passwordHash", problem: "unknown" }],
    ["an unknown role", { roles: ["owner"] }, { outcome: "refused", field: "roles", problem: "unknown" }],
    ["a time that is none", { createdAt: 1.5 }, { outcome: "refused", field: "createdAt", problem: "malformed" }],
    ["a time before 1970", { lastLoginAt: -1 }, { outcome: "refused", field: "lastLoginAt", problem: "malformed" }],
    ["an empty id", { id: " " }, { outcome: "refused", id: null, field: "id", problem: "malformed" }]
  ])("BAK-03 tells %s, and goes on with the others", async (_, wrong, outcome) => {
    const { auth, take } = await scene()
    const outcomes = await take({ id: uuid, username: "grace", ...wrong }, { id: "2", username: "alan" })
    expect(outcomes).toMatchObject([outcome, { outcome: "added" }])
    expect((await auth.users.list()).items.map(({ username }) => username)).toEqual(
      expect.arrayContaining(["alan", "root"])
    )
    expect((await auth.users.list()).items).toHaveLength(2)
  })

  it("BAK-03 of two users with one name in one import adds the first", async () => {
    const { take } = await scene()
    const outcomes = await take({ id: "1", username: "grace" }, { id: "2", username: "Grace" })
    expect(outcomes).toMatchObject([{ outcome: "added" }, { outcome: "name-taken" }])
  })

  it("BAK-03 PRI-03 leaves out who was removed here, unless they shall come back", async () => {
    const { auth, take } = await scene()
    const [root] = (await auth.users.list()).items
    if (root === undefined) throw new Error("there is no administrator")
    const old = { id: uuid, username: "grace", isSuperuser: true }
    const another = { id: "2", username: "alan" }
    await take(old, another)
    const id = importedUserId(uuid, source)
    await auth.users.remove(id, { actor: root.id })
    expect(await take(old, another)).toMatchObject([{ outcome: "removed", id }, { outcome: "there" }])
    expect(await auth.users.import([old], { source, isRehearsal: true })).toMatchObject([{ outcome: "removed" }])
    expect(await auth.users.find(id)).toBeNull()
    expect(await auth.users.import([old], { source, returnsRemoved: true })).toMatchObject([{ outcome: "added" }])
    expect(await take(old)).toMatchObject([{ outcome: "there" }])
  })

  it("ENU-11 refuses argon2id of other parameters, unless they are listed", async () => {
    const hash = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQxMjM0NTY3OA$aGFzaGhhc2hoYXNoaGFzaA"
    const user = { id: uuid, username: "grace", passwordHash: hash }
    const plain = await createTestAuth({ hasher: argon2Hasher() })
    expect(await plain.auth.users.import([user], { source })).toMatchObject([
      { outcome: "refused", problem: "unknown" }
    ])
    const current = hash.replace("m=65536,t=3,p=4", "m=19456,t=2,p=1")
    expect(await plain.auth.users.import([{ ...user, passwordHash: current }], { source })).toMatchObject([
      { outcome: "added" }
    ])
    const listed = await createTestAuth({
      hasher: argon2Hasher(),
      legacyPasswords: [argon2({ memory: 65536, passes: 3, lanes: 4 })]
    })
    expect(await listed.auth.users.import([user], { source })).toMatchObject([{ outcome: "added" }])
  })

  it("JWT-10 nothing of the system before opens the account of a user who is new here", async () => {
    const { auth, take } = await scene()
    const [added] = await take({ id: uuid, username: "grace" })
    const imported = await auth.users.find(added?.id ?? importedUserId("", ""))
    const made = await auth.users.create({ username: "alan" })
    expect([imported?.epoch, made.epoch]).toEqual([0, 1])
  })

  it("BAK-03 a rehearsal says what an import would, and adds nobody", async () => {
    const { auth, take } = await scene()
    const users = [
      { id: "1", username: "grace" },
      { id: "2", username: "Grace" },
      { id: "3", email: "ROOT@example.org" },
      { id: "4", username: "alan", passwordHash: "$1$x$y" },
      { id: "1", username: "twice" }
    ]
    const rehearsed = await auth.users.import(users, { source, isRehearsal: true })
    expect((await auth.users.list()).items).toHaveLength(1)
    expect(await eventsOf(auth, { type: "user.imported" })).toEqual([])
    expect(await take(...users)).toEqual(rehearsed)
    expect(rehearsed.map(({ outcome }) => outcome)).toEqual(["added", "name-taken", "name-taken", "refused", "there"])
    const again = await auth.users.import(users, { source, isRehearsal: true })
    expect(again[0]).toMatchObject({ outcome: "there" })
  })

  it("BAK-03 a rehearsal sees each name of a call that two users want, however far they are apart", async () => {
    const { auth } = await scene()
    const users = Array.from({ length: 250 }, (_, n) => ({ id: `${n}`, username: n === 249 ? "user0" : `user${n}` }))
    const outcomes = await auth.users.import(users, { source, isRehearsal: true })
    expect(outcomes.at(-1)).toMatchObject({ outcome: "name-taken" })
  })

  it("REG-10 verifies nobody without an address, and no time lies in the future", async () => {
    const { auth, take, clock } = await scene()
    const [added] = await take({ id: uuid, username: "grace", isVerified: true, createdAt: 8.64e15 })
    const user = await auth.users.find(added?.id ?? importedUserId("", ""))
    expect(user).toMatchObject({ isVerified: false, createdAt: clock.now(), updatedAt: clock.now() })
  })

  it("AUD-01 records how many were added, and each superuser", async () => {
    const { auth, take } = await scene()
    await take(...Array.from({ length: 250 }, (_, n) => ({ id: `${n}`, username: `user${n}`, isSuperuser: n === 7 })), {
      id: "taken",
      username: "root"
    })
    const events = (await eventsOf(auth)).filter(({ type }) => type === "user.imported" || type === "user.created")
    expect(events.map(({ type, details }) => [type, details])).toEqual([
      ["user.imported", { count: 100 }],
      ["user.created", { isSuperuser: true }],
      ["user.imported", { count: 100 }],
      ["user.imported", { count: 50 }]
    ])
  })

  it("BAK-03 an import that an outage broke off adds what is missing when it is made again", async () => {
    let calls = 0
    const store = storeAround(outage((operation) => operation === "users.restore" && ++calls === 2))
    const { auth } = await createTestAuth({ store })
    const users = Array.from({ length: 250 }, (_, n) => ({ id: `${n}`, username: `user${n}` }))
    await expect(auth.users.import(users, { source })).rejects.toMatchObject({ _tag: "StoreError" })
    const outcomes = await auth.users.import(users, { source })
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(users.map((_, n) => (n < 100 ? "there" : "added")))
  })

  it("BAK-04 opens the account of who was removed and returned to nothing that ended with the removal", async () => {
    const { auth, take } = await scene()
    const [added] = await take({ id: uuid, username: "grace" })
    const id = added?.id ?? importedUserId("", "")
    await auth.users.remove(id)
    const [returned] = await auth.users.import([{ id: uuid, username: "grace" }], { source, returnsRemoved: true })
    expect(returned).toEqual({ outcome: "added", id, isReturned: true })
    expect(await auth.users.find(id)).toMatchObject({ epoch: 1 })
  })

  it("BAK-03 takes an empty hash for none, and an id without the blanks of a column of a fixed width", async () => {
    const { auth, take } = await scene()
    const outcomes = await take({ id: "7  ", username: "grace", passwordHash: "" })
    expect(outcomes).toEqual([{ outcome: "added", id: importedUserId("7", source) }])
    expect(importedUserId(`${uuid} `, source)).toBe(importedUserId(uuid, source))
    expect(await auth.users.findByName("grace")).not.toBeNull()
  })
})
