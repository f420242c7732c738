import { ada, headerOf, root } from "@latchkey/conformance/adapter"
import { reveal } from "@latchkey/core"
import { expect, test } from "vitest"
import { NOBODY, openAdminSite, openedBy } from "../../../test/administration-site.ts"
import { bodyOf, NEW_PASSWORD, refusal, valueError } from "../../../test/answers.ts"
import { ruledStore } from "../../../test/stores.ts"

const codeOf = (answer: Parameters<typeof bodyOf>[0]) => [answer.status, bodyOf(answer).code]

test("REG-08 an administrator gets a user: exactly the keys that clients know", async () => {
  const { as, user } = await openAdminSite()
  const answer = await as("GET", `/users/${user.id}`)
  expect([answer.status, bodyOf(answer)]).toEqual([
    200,
    {
      id: user.id,
      email: "ada@example.org",
      is_active: true,
      is_superuser: false,
      is_verified: true,
      username: "ada"
    }
  ])
})

test.each(["x", "1", "%00", "%E0%A4%A", "..%2F..%2Fetc", "me%20", NOBODY, `${NOBODY}0`, "x".repeat(2_000)])(
  "ADM-04 INP-04 an id that is nobody's is 404 on /users/{id}, whatever it is made of: %s",
  async (id) => {
    const { as } = await openAdminSite()
    for (const [method, json] of [["GET"], ["PATCH", {}], ["DELETE"]] as const)
      expect(refusal(await as(method, `/users/${id}`, json))).toEqual([404, "Not Found"])
  }
)

test("ADM-04 an id is read in either case", async () => {
  const { as, user } = await openAdminSite()
  expect(bodyOf(await as("GET", `/users/${user.id.toUpperCase()}`)).id).toBe(user.id)
})

test("an administrator changes a user: what is absent or null stays, and what has no name here is ignored", async () => {
  const { as, auth, user } = await openAdminSite({ roles: { editor: "Edits notes" } })
  const before = await auth.users.find(user.id)
  const ignored = {
    id: NOBODY,
    hashed_password: "$argon2id$",
    password_hash: "x",
    epoch: 0,
    username: null,
    email: null,
    is_active: null,
    is_superuser: null,
    is_verified: null,
    roles: null
  }
  expect((await as("PATCH", `/users/${user.id}`, ignored)).status).toBe(200)
  expect(await auth.users.find(user.id)).toEqual(before)
  const changed = await as("PATCH", `/users/${user.id}`, {
    username: "grace",
    email: "grace@example.org",
    is_verified: true,
    roles: ["editor"]
  })
  expect([changed.status, bodyOf(changed)]).toEqual([
    200,
    {
      id: user.id,
      email: "grace@example.org",
      is_active: true,
      is_superuser: false,
      is_verified: true,
      username: "grace",
      roles: ["editor"]
    }
  ])
  expect(bodyOf(await as("PATCH", `/users/${user.id}`, { is_superuser: true })).is_superuser).toBe(true)
})

test("a name that is taken, a name that cannot be and a role that is not there change nothing", async () => {
  const { as, auth, user } = await openAdminSite({ roles: { editor: "Edits notes" } })
  const before = await auth.users.find(user.id)
  await auth.users.create({ username: "bob", email: "bob@example.org" })
  const change = (json: object) => as("PATCH", `/users/${user.id}`, { is_verified: false, ...json })
  expect(refusal(await change({ username: "bob" }))).toEqual([400, "UPDATE_USER_USERNAME_ALREADY_EXISTS"])
  expect(refusal(await change({ email: "bob@example.org" }))).toEqual([400, "UPDATE_USER_EMAIL_ALREADY_EXISTS"])
  expect(refusal(await change({ username: "a b" }))).toEqual([422, valueError("username")])
  expect(refusal(await change({ roles: ["chief"] }))).toEqual([422, valueError("roles")])
  expect((await change({ is_active: "yes" })).status).toBe(422)
  expect(await auth.users.find(user.id)).toEqual(before)
})

test("ADM-02 the last administrator stays one: 409, and nothing is changed", async () => {
  const { as, auth, rootId } = await openAdminSite()
  const before = await auth.users.list()
  for (const json of [{ is_superuser: false }, { is_active: false }])
    expect(refusal(await as("PATCH", `/users/${rootId}`, json))).toEqual([409, "LAST_SUPERUSER"])
  expect(refusal(await as("DELETE", `/users/${rootId}`))).toEqual([409, "LAST_SUPERUSER"])
  expect(await auth.users.list()).toEqual(before)
})

test("ADM-02 of two administrators who demote each other at once one is told that they are the last", async () => {
  const { as, ask, auth, rootId } = await openAdminSite()
  const other = await auth.users.create({ username: "other", password: ada.password, isSuperuser: true })
  const { secret } = await auth.sessions.logIn({ username: "other", password: ada.password }, { kind: "bearer" })
  const headers = { authorization: `Bearer ${reveal(secret)}` }
  const answers = await Promise.all([
    as("PATCH", `/users/${other.id}`, { is_superuser: false }),
    ask({ method: "PATCH", target: `/users/${rootId}`, json: { is_superuser: false }, headers })
  ])
  const [won, lost] = answers.toSorted((one, another) => one.status - another.status)
  expect(won?.status).toBe(200)
  expect([401, 403, 409]).toContain(lost?.status)
  const { items } = await auth.users.list()
  expect(items.filter(({ isSuperuser, isActive }) => isSuperuser && isActive)).toHaveLength(1)
})

test("ADM-05 another address, a role and a right need a recent log-in; a name and the loss of a right do not", async () => {
  const { as, clock, user } = await openAdminSite({ roles: { editor: "Edits notes" } })
  await clock.advance("11 minutes")
  const change = (json: object) => as("PATCH", `/users/${user.id}`, json)
  for (const json of [{ email: "eve@example.org" }, { roles: ["editor"] }, { is_superuser: true }])
    expect(codeOf(await change(json))).toEqual([403, "reauthentication-required"])
  expect((await change({ username: "grace", is_active: false })).status).toBe(200)
  expect(codeOf(await change({ is_active: true }))).toEqual([403, "reauthentication-required"])
  expect(codeOf(await as("DELETE", `/users/${user.id}`))).toEqual([403, "reauthentication-required"])
})

test("ADM-05 a change is in the trail with the states before and after, under the administrator's name", async () => {
  const { as, auth, rootId, user } = await openAdminSite()
  await as("PATCH", `/users/${user.id}`, { is_superuser: true, username: "grace" })
  const [last] = await auth.audit.list({ type: "user.changed", limit: 1 })
  expect(last?.event).toMatchObject({
    actor: rootId,
    subject: user.id,
    details: { changes: [{ field: "username" }, { field: "isSuperuser", from: false, to: true }] }
  })
})

test("ADM-06 a removed user is gone with their session, and gone a second time", async () => {
  const site = await openAdminSite()
  const { headers } = await openedBy(site)
  expect((await site.as("DELETE", `/users/${site.user.id}`)).status).toBe(204)
  expect((await site.ask({ target: "/users/me", headers })).status).toBe(401)
  expect(refusal(await site.as("DELETE", `/users/${site.user.id}`))).toEqual([404, "Not Found"])
  expect(refusal(await site.as("GET", `/users/${site.user.id}`))).toEqual([404, "Not Found"])
})

test("an inactive user stays one to look at and to change", async () => {
  const { as, user } = await openAdminSite()
  await as("PATCH", `/users/${user.id}`, { is_active: false })
  expect(bodyOf(await as("GET", `/users/${user.id}`)).is_active).toBe(false)
  expect(bodyOf(await as("PATCH", `/users/${user.id}`, { is_active: true })).is_active).toBe(true)
})

test("ADM-15 a change with If-Match is made over what was seen, and else 412", async () => {
  const { as, auth, user } = await openAdminSite()
  const tag = headerOf(await as("GET", `/users/${user.id}`), "etag") ?? ""
  expect(tag).toMatch(/^"[0-9a-f]{64}"$/)
  const change = (json: object, seen: string) => as("PATCH", `/users/${user.id}`, json, { "if-match": seen })
  const first = await change({ username: "grace" }, tag)
  expect(first.status).toBe(200)
  for (const stale of [tag, `W/${headerOf(first, "etag")}`, '""', "x"])
    expect(codeOf(await change({ is_active: false }, stale))).toEqual([412, "edit-conflict"])
  expect(await auth.users.find(user.id)).toMatchObject({ username: "grace", isActive: true })
  const next = headerOf(first, "etag") ?? ""
  expect(headerOf(await as("GET", `/users/${user.id}`), "etag")).toBe(next)
  expect((await change({ is_verified: false }, `"other", ${next}`)).status).toBe(200)
  expect((await change({ is_verified: true }, "*")).status).toBe(200)
  expect(refusal(await as("PATCH", `/users/${NOBODY}`, {}, { "if-match": "*" }))).toEqual([404, "Not Found"])
})

test("ADM-15 ADM-18 a removal with If-Match is made over what was seen, and else 412", async () => {
  const { as, auth, user } = await openAdminSite()
  const tag = headerOf(await as("GET", `/users/${user.id}`), "etag") ?? ""
  const remove = (seen: string) => as("DELETE", `/users/${user.id}`, undefined, { "if-match": seen })
  const now = headerOf(await as("PATCH", `/users/${user.id}`, { username: "grace" }), "etag") ?? ""
  for (const stale of [tag, `W/${now}`, '""', "x"]) expect(codeOf(await remove(stale))).toEqual([412, "edit-conflict"])
  expect(await auth.users.find(user.id)).toMatchObject({ username: "grace" })
  expect((await remove(`"other", ${now}`)).status).toBe(204)
  expect(refusal(await remove("*"))).toEqual([404, "Not Found"])
})

test("ADM-17 to say that an address is proved needs a recent log-in, and to doubt it does not", async () => {
  const { as, ask, clock, token, user } = await openAdminSite()
  const change = (json: object) => as("PATCH", `/users/${user.id}`, json)
  const headers = await token({ scopes: ["latchkey:admin"] }, root)
  await clock.advance("11 minutes")
  expect((await change({ is_verified: true })).status).toBe(200) // they are
  expect((await change({ is_verified: false })).status).toBe(200)
  expect(codeOf(await change({ is_verified: true }))).toEqual([403, "reauthentication-required"])
  const json = { email: "chief@example.org", is_verified: true }
  expect(codeOf(await ask({ method: "POST", target: "/admin/users", json, headers }))).toEqual([
    403,
    "session-required"
  ])
  const byToken = { method: "PATCH", target: `/users/${user.id}`, json: { is_verified: true }, headers }
  expect(codeOf(await ask(byToken))).toEqual([403, "session-required"])
})

test("a refused role is not sent back, however long it is", async () => {
  const { as, user } = await openAdminSite()
  const answer = await as("PATCH", `/users/${user.id}`, { roles: ["chief-of-all"] })
  expect([answer.status, answer.body]).toEqual([422, expect.not.stringContaining("chief-of-all")])
})

test("an administrator changes their own names as often as anybody's: their list tells them which are taken", async () => {
  const { as, rootId } = await openAdminSite({ throttle: { registrations: 2 } })
  for (const username of ["chief", "head", "boss", "lead"])
    expect((await as("PATCH", `/users/${rootId}`, { username })).status).toBe(200)
})

test("ADM-15 of two changes over one state with If-Match one is made", async () => {
  const { as, user } = await openAdminSite()
  const tag = headerOf(await as("GET", `/users/${user.id}`), "etag") ?? ""
  const answers = await Promise.all(
    ["grace", "mary"].map((username) => as("PATCH", `/users/${user.id}`, { username }, { "if-match": tag }))
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
})

/** A site whose store holds every edit back until somebody else has renamed the user, so many times. */
const contested = async (times: number) => {
  const ruled = ruledStore()
  const site = await openAdminSite({ store: ruled.store })
  let left = times
  ruled.rule = (operation) => {
    if (operation !== "users.edit" || left === 0) return "pass"
    left--
    return site.auth.users.change(site.user.id, { username: `faster${left}` })
  }
  return site
}

test("ADM-15 without If-Match a change is made over what the user is meanwhile, nine times; then 409", async () => {
  const often = await contested(9)
  const changed = await often.as("PATCH", `/users/${often.user.id}`, { is_active: false })
  expect([changed.status, bodyOf(changed).username, bodyOf(changed).is_active]).toEqual([200, "faster0", false])
  const always = await contested(10)
  expect(codeOf(await always.as("PATCH", `/users/${always.user.id}`, { is_active: false }))).toEqual([
    409,
    "edit-conflict"
  ])
})

test("ADM-15 without If-Match eight programs that change a user at one moment all do", async () => {
  const ruled = ruledStore()
  const { as, auth, user } = await openAdminSite({ store: ruled.store })
  ruled.rule = () => Promise.resolve() // each call of the store lets the other requests go on
  const names = Array.from({ length: 8 }, (_, n) => `ada${n}`)
  const answers = await Promise.all(names.map((username) => as("PATCH", `/users/${user.id}`, { username })))
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200))
  expect(names).toContain((await auth.users.find(user.id))?.username)
})

test("ADM-15 with If-Match a change is 412 when somebody was faster between the look and the write", async () => {
  const { as, user } = await contested(1)
  const tag = headerOf(await as("GET", `/users/${user.id}`), "etag") ?? ""
  expect(codeOf(await as("PATCH", `/users/${user.id}`, { is_active: false }, { "if-match": tag }))).toEqual([
    412,
    "edit-conflict"
  ])
})

test("PWD-18 PWD-25 an administrator sets no password, unless the option says so; then the user must choose another", async () => {
  const off = await openAdminSite()
  const before = await off.contents()
  for (const json of [{ password: NEW_PASSWORD }, { password: NEW_PASSWORD, is_active: false }])
    expect(codeOf(await off.as("PATCH", `/users/${off.user.id}`, json))).toEqual([403, "setting-password-not-allowed"])
  expect((await off.as("PATCH", `/users/${off.user.id}`, { password: null })).status).toBe(200)
  expect(await off.contents()).toEqual(before)

  const on = await openAdminSite({ admin: { ...root, maySetPassword: true } })
  const own = await openedBy(on)
  const change = (json: object) => on.as("PATCH", `/users/${on.user.id}`, json)
  const reason = expect.any(String)
  expect(refusal(await change({ password: "short" }))).toEqual([400, { code: "UPDATE_USER_INVALID_PASSWORD", reason }])
  expect(refusal(await change({ password: NEW_PASSWORD, username: "grace" }))).toEqual([422, valueError("password")])
  expect((await on.ask({ target: "/users/me", headers: own.headers })).status).toBe(200)
  expect((await change({ password: NEW_PASSWORD })).status).toBe(200)
  expect((await on.ask({ target: "/users/me", headers: own.headers })).status).toBe(401)
  const headers = await on.program({ ...ada, password: NEW_PASSWORD })
  expect(codeOf(await on.ask({ target: "/users/me", headers }))).toEqual([403, "password-change-required"])
  await on.clock.advance("11 minutes")
  expect(codeOf(await change({ password: "seven other wet umbrellas" }))).toEqual([403, "reauthentication-required"])
})
