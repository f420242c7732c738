import { ada } from "@latchkey/conformance/adapter"
import { PasswordHasher } from "@latchkey/core"
import { plainHasher } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { bodyOf, NEW_PASSWORD, withAda } from "./answers.ts"

/** A hasher whose work waits, from `hold` on, until the test lets it go. */
const heldHasher = () => {
  let held: "hash" | "verify" | null = null
  let arrive = () => {}
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const waits = <A, E>(work: "hash" | "verify", effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      if (work !== held) return effect
      arrive()
      return Effect.andThen(
        Effect.promise(() => gate),
        effect
      )
    })
  const layer = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      hash: (password: string) => waits("hash", plain.hash(password)),
      verify: (stored: string, password: string) => waits("verify", plain.verify(stored, password))
    }))
  ).pipe(Layer.provide(plainHasher))
  /** From now on this work waits. The promise tells when the first has come. */
  const hold = (work: "hash" | "verify"): (() => Promise<void>) => {
    held = work
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve
    })
    return () => arrived
  }
  const release = () => {
    held = null
    letGo()
  }
  return { layer, hold, release }
}

const thief = "the password of a thief"

/** A site where a thief's change waits for its hash, while the owner ends the session behind it. */
const duringTheHash = async (change: object, end: "one" | "others" | "all" | "logout") => {
  const hashes = heldHasher()
  const site = await withAda({ hasher: hashes.layer })
  const [stolen, mine] = [await site.browser(), await site.program()]
  const before = await site.auth.users.find(site.id)
  const arrived = hashes.hold("hash")
  const slow = site.ask({ method: "PATCH", target: "/users/me", json: change, headers: stolen })
  await arrived()
  const sessions = bodyOf(await site.ask({ target: "/sessions", headers: mine }))
  const { id } = sessions.find((each: { readonly current: boolean }) => !each.current)
  const endings = {
    one: { method: "DELETE", target: `/sessions/${id}`, headers: mine },
    others: { method: "DELETE", target: "/sessions", headers: mine },
    logout: { method: "POST", target: "/logout", headers: stolen }
  }
  if (end === "all") await site.auth.users.endCredentials(site.id)
  else expect((await site.ask(endings[end])).status).toBe(204)
  hashes.release()
  const answer = await slow
  return { site, answer, before, mine }
}

// Regression: a session of the last ten minutes needs no password. 25 ms after the thief's request the owner ended that
// session, was answered 204, and the thief's password then logged in.
test.each(["one", "others", "all", "logout"] as const)(
  "PWD-23 SES-20 a password that waits for its hash is not written once its session has ended (%s)",
  async (end) => {
    const { site, answer } = await duringTheHash({ password: thief }, end)
    expect([answer.status, bodyOf(answer).detail]).toEqual([401, "Unauthorized"])
    const logIn = (password: string) => site.auth.sessions.logIn({ username: ada.username, password })
    await expect(logIn(thief)).rejects.toMatchObject({ _tag: "InvalidCredentials" })
    await logIn(ada.password)
  }
)

test("PWD-24 names and a password are changed together or not at all", async () => {
  const change = { username: "mallory", email: "mallory@example.org", password: thief }
  const { site, answer, before } = await duringTheHash(change, "one")
  expect(answer.status).toBe(401)
  expect(await site.auth.users.find(site.id)).toEqual(before)
})

test("PWD-24 a full queue leaves names as they are", async () => {
  const hashes = heldHasher()
  const site = await withAda({ hasher: hashes.layer, passwords: { concurrency: 1, waiting: 1 } })
  const headers = await site.program()
  const before = await site.auth.users.find(site.id)
  const arrived = hashes.hold("hash")
  const change = (json: object) => site.ask({ method: "PATCH", target: "/users/me", headers, json })
  const running = [change({ password: NEW_PASSWORD }), change({ password: NEW_PASSWORD })]
  await arrived()
  expect((await change({ username: "ada.l", password: NEW_PASSWORD })).status).toBe(503)
  expect(await site.auth.users.find(site.id)).toEqual(before)
  hashes.release()
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200])
})

// Regression: the session goes on after a new password, but its other requests were told that it had ended.
test.each([
  [{}, { username: "ada.l", password: "another of ada's own" }, 200],
  [{ current_password: ada.password }, { password: "another of ada's own" }, 403]
] as const)(
  "SES-21 a bearer session's request that its own new password overtakes is one that came later",
  async (proof, json, status) => {
    const hashes = heldHasher()
    const site = await withAda({ hasher: hashes.layer })
    const headers = await site.program()
    const change = (wanted: object) =>
      site.ask({ method: "PATCH", target: "/users/me", headers, json: { ...proof, ...wanted } })
    const arrived = hashes.hold("hash")
    const running = [change({ password: NEW_PASSWORD }), change(json)]
    await arrived()
    hashes.release()
    expect((await Promise.all(running)).map((answer) => answer.status)).toEqual([200, status])
    expect((await site.ask({ target: "/users/me", headers })).status).toBe(200)
  }
)

test("SES-22 a session that ends while its user proves who they are makes no token", async () => {
  const hashes = heldHasher()
  const site = await withAda({ hasher: hashes.layer })
  const [stolen, mine] = [await site.program(), await site.program()]
  const arrived = hashes.hold("verify")
  const json = { name: "mine", current_password: ada.password }
  const late = site.ask({ method: "POST", target: "/tokens/", json, headers: stolen })
  await arrived()
  expect((await site.ask({ method: "DELETE", target: "/sessions", headers: mine })).status).toBe(204)
  hashes.release()
  expect((await late).status).toBe(401)
  expect(await site.auth.tokens.list(site.id)).toEqual([])
})
