import type { WireRequest } from "@latchkey/conformance/adapter"
import { ada, cookieSetBy, headerOf, navigation, root } from "@latchkey/conformance/adapter"
import { PasswordHasher } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { plainHasher } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { openSite, type Site } from "./site.ts"
import { ruledStore } from "./stores.ts"

const wrong = { username: "ada", password: "wrong" }

/** A plain hasher that counts what it is asked. */
const countingHasher = () => {
  const counts = { hash: 0, verify: 0 }
  const hasher = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      hash: (password: string) =>
        Effect.andThen(
          Effect.sync(() => void counts.hash++),
          plain.hash(password)
        ),
      verify: (stored: string, password: string) =>
        Effect.andThen(
          Effect.sync(() => void counts.verify++),
          plain.verify(stored, password)
        )
    }))
  ).pipe(Layer.provide(plainHasher))
  return { counts, hasher }
}

/** Sites on which ada's log-in fails, each for another reason. */
const reasons: Readonly<Record<string, (site: Site) => Promise<unknown>>> = {
  "unknown-user": async () => undefined,
  "wrong-password": ({ auth }) => auth.users.create({ ...ada, password: "another password than hers" }),
  inactive: async ({ auth }) => auth.users.change((await auth.users.create(ada)).id, { isActive: false }),
  "no-password": ({ auth }) => auth.users.create({ username: "ada" }),
  "unreadable-hash": async ({ auth }) => {
    const { id } = await auth.users.create(ada)
    await auth.run(
      Effect.gen(function* () {
        const { users } = yield* Store
        const password = { hash: "$argon2id$v=19$broken", mustChangePassword: false, keep: null }
        yield* users.changeWithProof(id, { password }, { epoch: 1, revocations: null }, 0)
      })
    )
  }
}

test("ENU-01 ENU-02 a log-in is refused byte by byte alike, and costs one check, whatever is the reason", async () => {
  const form = { username: "ada", password: ada.password }
  const ways: ReadonlyArray<WireRequest> = [
    { target: "/auth/jwt/login", form },
    { target: "/login", form },
    { target: "/login", form, headers: navigation },
    { target: "/login", json: form, headers: { ...navigation, cookie: "latchkey_session_device=x" } }
  ]
  for (const way of ways) {
    const seen = new Set<string>()
    for (const [reason, prepare] of Object.entries(reasons)) {
      const { counts, hasher } = countingHasher()
      const site = await openSite({ hasher })
      await prepare(site)
      const before = counts.verify
      const answer = await site.ask(way)
      expect([reason, answer.status, counts.verify - before]).toEqual([reason, 400, 1])
      const [record] = await site.auth.audit.list({ type: "login.refused" })
      expect(record?.event.details).toMatchObject({ reason })
      seen.add(JSON.stringify(answer))
    }
    expect(seen.size).toBe(1)
  }
})

test("ENU-01 names that nobody can have, and passwords that nobody can have, are refused like any other", async () => {
  const { counts, hasher } = countingHasher()
  const site = await openSite({ hasher })
  await site.auth.users.create(ada)
  const plain = await site.ask({ target: "/auth/jwt/login", form: { username: "nobody", password: "x" } })
  const before = counts.verify
  const names = ["a b", "@", "x@", "__token__", "\u200b", "x".repeat(400), "аdmin", "ada\t", " "]
  const passwords = ["x".repeat(257), "\0", "😀".repeat(300), "e\u0301"]
  for (const username of names) {
    const answer = await site.ask({ target: "/auth/jwt/login", form: { username, password: ada.password } })
    expect(answer, username).toEqual(plain)
  }
  for (const password of passwords) {
    const answer = await site.ask({ target: "/auth/jwt/login", form: { username: "ada", password } })
    expect(answer, password.slice(0, 4)).toEqual(plain)
  }
  expect(counts.verify - before).toBe(names.length + passwords.length)
})

test("BAS-02 user and password over Basic reach neither the hasher nor the store", async () => {
  const { counts, hasher } = countingHasher()
  const ruled = ruledStore()
  const site = await openSite({ hasher, store: ruled.store })
  await site.auth.users.create(ada)
  const [verified, called] = [counts.verify, ruled.calls.length]
  for (const pair of [`ada:${ada.password}`, "ada:wrong", "nobody:x"]) {
    const answer = await site.ask({ target: "/users/me", headers: { authorization: `Basic ${btoa(pair)}` } })
    expect(answer.status).toBe(401)
  }
  expect([counts.verify, ruled.calls.length]).toEqual([verified, called])
})

test("COO-04 what is no credential of ours, in a cookie or a header, costs no call of the store", async () => {
  const ruled = ruledStore()
  const site = await openSite({ store: ruled.store })
  await site.auth.users.create(ada)
  const { cookie = "" } = await site.browser()
  const secret = cookie.slice("latchkey_session=".length)
  const called = ruled.calls.length
  const broken = ["", "x", secret.slice(1), `${secret}0`, secret.replace("lk_ses", "lk_set"), `${secret.slice(0, -1)}_`]
  for (const junk of broken) {
    expect((await site.ask({ target: "/users/me", headers: { cookie: `latchkey_session=${junk}` } })).status).toBe(401)
    expect((await site.ask({ target: "/users/me", headers: { authorization: `Bearer ${junk}` } })).status).toBe(401)
  }
  expect(ruled.calls.length).toBe(called)
})

/** Every way that a password can be tried on this surface: by a name, and as a user who has a session. */
const waysOf = (site: Site, headers: Readonly<Record<string, string>>) => {
  const status = (request: WireRequest) => async () => (await site.ask(request)).status
  const change = { current_password: "wrong", password: "nine slow otters by the weir" }
  return {
    "at a name": [
      status({ target: "/auth/jwt/login", form: wrong }),
      status({ target: "/login", form: wrong }),
      status({ target: "/login", json: wrong })
    ],
    "with a session": [
      status({ method: "PATCH", target: "/users/me", json: change, headers }),
      status({ target: "/profile/password", form: { ...change, password_confirm: change.password }, headers }),
      status({ target: "/tokens/", form: { name: "ci", scopes: "", current_password: "wrong" }, headers })
    ]
  }
}

test.each(["at a name", "with a session"] as const)(
  "RAT-06 attempts %s by every way in are counted together: spreading them gains none",
  async (kind) => {
    for (const first of [0, 1, 2]) {
      const site = await openSite({ throttle: { perAccountAndNetwork: 3 } })
      await site.auth.users.create(ada)
      const ways = waysOf(site, await site.browser())[kind]
      const inTurn = [...ways.slice(first), ...ways.slice(0, first)]
      const statuses: Array<number> = []
      for (const attempt of [...inTurn, ...inTurn]) statuses.push(await attempt())
      expect(statuses.slice(0, 3)).not.toContain(429)
      expect(statuses.slice(3)).toEqual([429, 429, 429])
    }
  }
)

test("RAT-09 429 says in whole seconds when the next attempt is taken, and then it is", async () => {
  const site = await openSite({ throttle: { perAccountAndNetwork: 2 } })
  await site.auth.users.create(ada)
  const attempt = () => site.ask({ target: "/auth/jwt/login", form: wrong })
  const seconds: Array<number> = []
  for (let round = 0; round < 4; round++) {
    while ((await attempt()).status === 400);
    const blocked = await attempt()
    expect([blocked.status, JSON.parse(blocked.body).code]).toEqual([429, "too-many-attempts"])
    const after = Number(headerOf(blocked, "retry-after"))
    seconds.push(after)
    await site.clock.advance(after * 1_000 - 1)
    expect((await attempt()).status).toBe(429)
    await site.clock.advance(1)
    expect((await attempt()).status).toBe(400)
  }
  expect(seconds).toEqual([1, 2, 4, 8])
})

test("RAT-09 a person who tried too often sees a page that says so", async () => {
  const site = await openSite({ throttle: { perAccountAndNetwork: 1 } })
  const attempt = () => site.ask({ target: "/login", form: wrong, headers: navigation })
  await attempt()
  const page = await attempt()
  expect([page.status, page.body.includes("There were too many attempts."), headerOf(page, "retry-after")]).toEqual([
    429,
    true,
    "1"
  ])
})

test("ENU-06 thirty attempts at a name that exists and at one that does not are answered alike, one by one", async () => {
  const series = async (username: string): Promise<ReadonlyArray<string>> => {
    const site = await openSite({ throttle: { perAccountAndNetwork: 5 } })
    await site.auth.users.create(ada)
    const answers: Array<string> = []
    for (let at = 0; at < 30; at++) {
      const answer = await site.ask({ target: "/auth/jwt/login", form: { username, password: "wrong" } })
      answers.push(JSON.stringify(answer))
    }
    return answers
  }
  const known = await series("ada")
  expect(new Set(known).size).toBe(2)
  expect(await series("eve")).toEqual(known)
})

test("RAT-03 a device that logged in before gets in while others guess, and its cookie opens nothing by itself", async () => {
  const site = await openSite({ throttle: { perAccountAndNetwork: 100, perAccount: 3 } })
  await site.auth.users.create(ada)
  const form = { username: "ada", password: ada.password }
  const known = await site.ask({ target: "/login", form }, "192.0.2.1")
  const device = { cookie: `latchkey_session_device=${cookieSetBy(known, "latchkey_session_device")}` }
  const headers = { ...device, "sec-fetch-site": "same-origin" }
  for (let at = 0; at < 5; at++) await site.ask({ target: "/login", form: wrong }, `198.51.100.${at}`)
  expect((await site.ask({ target: "/login", form }, "203.0.113.1")).status).toBe(429)
  expect((await site.ask({ target: "/login", form, headers }, "203.0.113.1")).status).toBe(303)
  expect((await site.ask({ target: "/users/me", headers: device })).status).toBe(401)
  const secret = device.cookie.slice("latchkey_session_device=".length)
  expect((await site.ask({ target: "/users/me", headers: { cookie: `latchkey_session=${secret}` } })).status).toBe(401)
  const roots = { username: root.username, password: "wrong" }
  for (let at = 0; at < 3; at++) await site.ask({ target: "/login", form: roots, headers }, "203.0.113.1")
  expect((await site.ask({ target: "/login", form: roots, headers }, "203.0.113.1")).status).toBe(429)
})

test("RAT-05 a right password forgets what was counted for it from there, and nothing else", async () => {
  const site = await openSite({ throttle: { perAccountAndNetwork: 4, perAccount: 5 } })
  await site.auth.users.create(ada)
  const attempt = async (password: string) =>
    (await site.ask({ target: "/auth/jwt/login", form: { username: "ada", password } })).status
  const passwords = ["wrong", "wrong", ada.password, "wrong", "wrong", "wrong", "wrong", "wrong"]
  const statuses: Array<number> = []
  for (const password of passwords) statuses.push(await attempt(password))
  expect(statuses).toEqual([400, 400, 200, 400, 400, 400, 400, 429])
  // From the network of a right password nothing more counts for everybody: two guesses did.
  const elsewhere: Array<number> = []
  for (let at = 0; at < 4; at++) {
    const form = { username: "ada", password: "wrong" }
    elsewhere.push((await site.ask({ target: "/auth/jwt/login", form }, `203.0.113.${at}`)).status)
  }
  expect(elsewhere).toEqual([400, 400, 400, 429])
})

test("ENU-04 registrations are counted, whether the name is taken or not", async () => {
  const site = await openSite({ throttle: { registrations: 3 } })
  const statuses: Array<number> = []
  for (const username of ["root", "root", "eve", "grace"]) {
    statuses.push((await site.ask({ target: "/auth/register", json: { username, password: ada.password } })).status)
  }
  expect(statuses).toEqual([400, 400, 201, 429])
})
