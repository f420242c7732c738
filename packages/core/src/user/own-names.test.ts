import { describe, expect, test } from "vitest"
import { here, tally, times, withAda } from "../../test/guesses.ts"
import { eventsOf, from, newPassword } from "../../test/people.ts"

describe("names that one asks for", () => {
  test("RAT-13 ENU-07 a user learns by changes as few taken names as by registering, from any network", async () => {
    const { auth, clock, user } = await withAda({ throttle: { registrations: 3 } })
    await auth.users.create({ username: "taken", password: newPassword })
    const ask = (username: string, ip: string) =>
      auth.users.change(user.id, { username }, { actor: user.id, client: from(ip) }).then(
        () => "changed",
        (error: { readonly _tag: string }) => error._tag
      )
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, at) => ask("taken", `203.0.113.${at}`)))
    expect(tally(outcomes)).toEqual({ AccountNameTaken: 3, TooManyAttempts: 37 })
    expect(await ask("Ada", "203.0.113.1")).toBe("changed")
    await clock.advance("1 minute")
    const [blocked] = await eventsOf(auth, { type: "throttle.blocked" })
    expect(blocked).toMatchObject({ subject: user.id, details: { action: "change-name" } })
  })

  test("RAT-13 ENU-07 the same by changeSelf, which the pages and the API use", async () => {
    const { auth, user } = await withAda({ throttle: { registrations: 3 } })
    await auth.users.create({ username: "taken", password: newPassword })
    const { session } = await auth.sessions.open(user)
    const ask = (at: number) =>
      auth.users.changeSelf({ user, session }, { username: "taken" }, { client: from(`203.0.113.${at}`) }).then(
        () => "changed",
        (error: { readonly _tag: string }) => error._tag
      )
    expect(tally(await times(40, ask))).toEqual({ AccountNameTaken: 3, TooManyAttempts: 37 })
  })

  test("RAT-13 registrations and changes of names count together for a network", async () => {
    const { auth, user } = await withAda({ throttle: { registrations: 2 } })
    const change = (username: string) => auth.users.change(user.id, { username }, { actor: user.id, client: here })
    await auth.users.register({ username: "bob", password: newPassword }, { client: here })
    await change("ada2")
    await expect(change("ada3")).rejects.toMatchObject({ _tag: "TooManyAttempts" })
    const register = auth.users.register({ username: "eve", password: newPassword }, { client: here })
    await expect(register).rejects.toMatchObject({ _tag: "TooManyAttempts" })
  })

  test("an administrator changes names without a limit", async () => {
    const { auth, user } = await withAda({ throttle: { registrations: 1 } })
    const [root] = (await auth.users.list({ query: "root" })).items
    for (let at = 0; at < 5; at++) {
      const trace = { actor: root?.id ?? null, client: here }
      expect(await auth.users.change(user.id, { username: `ada-${at}` }, trace)).toMatchObject({ id: user.id })
    }
  })
})
