import { describe, expect, test } from "vitest"
import { attempt, here, tally, there, times, withAda } from "../../test/guesses.ts"
import { ada, from, newPassword } from "../../test/people.ts"
import type { Client } from "../audit/trace.ts"
import type { Auth } from "../auth/create-auth.ts"
import { reveal, type SecretText } from "../secret/secret-text.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"

describe("a device that logged in before", () => {
  /** Ada logs in from her browser, and then someone elsewhere guesses until the account is shut. */
  const besieged = async () => {
    const made = await withAda({ throttle: { perAccountAndNetwork: 3, perAccount: 5 } })
    const { device } = await made.auth.sessions.logIn(ada, { kind: "browser", client: there })
    await times(10, (at) => attempt(made.auth, { client: from(`203.0.113.${at}`) }))
    return { ...made, device }
  }

  test("RAT-03 lets its owner in while others keep the account shut", async () => {
    const { auth, device } = await besieged()
    expect(await attempt(auth, { password: ada.password })).toBe("TooManyAttempts")
    expect(await attempt(auth, { password: ada.password, device })).toBe("in")
  })

  test("RAT-03 lets its owner change the password and confirm, while others keep both shut", async () => {
    const { auth, user, device } = await besieged()
    const { session } = await auth.sessions.open(user)
    const guesses = Array.from({ length: 10 }, (_, at) =>
      auth.sessions.confirm(session, "a wrong guess", from(`203.0.113.${at}`)).catch(() => {})
    )
    await Promise.all(guesses)
    const change = { user: user.id, current: ada.password, next: newPassword, client: here }
    await expect(auth.passwords.change(change)).rejects.toMatchObject({ _tag: "TooManyAttempts" })
    await auth.sessions.confirm(session, ada.password, here, device)
    expect(await auth.passwords.change({ ...change, device })).toMatchObject({ id: user.id })
  })

  test("RAT-03 has a budget of its own, and success forgets it", async () => {
    const { auth, device } = await besieged()
    await times(2, () => attempt(auth, { device }))
    expect(await attempt(auth, { password: ada.password, device })).toBe("in")
    await times(3, () => attempt(auth, { device }))
    expect(await attempt(auth, { password: ada.password, device })).toBe("TooManyAttempts")
  })

  test("RAT-03 counts for its own user alone", async () => {
    const { auth, device } = await besieged()
    await auth.users.register({ username: "bob", password: newPassword })
    await times(10, (at) => attempt(auth, { username: "bob", client: from(`203.0.113.${at}`) }))
    expect(await attempt(auth, { username: "bob", password: newPassword, device })).toBe("TooManyAttempts")
  })

  test("RAT-03 is known by its secret: a made-up one, a session's or junk is none", async () => {
    const { auth, user } = await besieged()
    const { secret } = await auth.sessions.open(user, { kind: "browser" })
    const stranger = await createTestAuth()
    const other = await stranger.auth.users.register(ada)
    const foreign = await stranger.auth.sessions.logIn(ada, { kind: "browser" })
    expect(other.id).not.toBe(user.id)
    const devices = [secret, foreign.device, "lk_dev_junk", ""]
    const outcomes = await Promise.all(devices.map((device) => attempt(auth, { password: ada.password, device })))
    expect(tally(outcomes)).toEqual({ TooManyAttempts: 4 })
  })

  test("RAT-15 gets a new credential at each log-in, and a program gets none", async () => {
    const { auth } = await withAda()
    const first = await auth.sessions.logIn(ada, { kind: "browser" })
    const second = await auth.sessions.logIn(ada, { kind: "browser", device: first.device })
    expect(new Set([first.device, second.device].map((device) => reveal(device ?? ""))).size).toBe(2)
    expect((await auth.sessions.logIn(ada, { kind: "bearer" })).device).toBeNull()
  })

  test("RAT-15 is known by its new credential, and by the one before for a minute more", async () => {
    const { auth, clock, device } = await besieged()
    const next = await auth.sessions.logIn(ada, { kind: "browser", client: here, device })
    await times(10, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    const stranger = from("198.51.100.99")
    const entry = (by: SecretText | null) => attempt(auth, { password: ada.password, client: stranger, device: by })
    await clock.advance("59 seconds")
    await times(10, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    expect(await attempt(auth, { client: stranger })).toBe("TooManyAttempts")
    expect(await attempt(auth, { client: stranger, device })).toBe("InvalidCredentials")
    await clock.advance("1 second")
    await times(10, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    expect([await entry(device), await entry(next.device)]).toEqual(["TooManyAttempts", "in"])
  })

  test("RAT-15 may log in twice with one credential, as two tabs do, and both get in", async () => {
    const { auth, device } = await besieged()
    const entries = [1, 2, 3].map(() => auth.sessions.logIn(ada, { kind: "browser", client: here, device }))
    const devices = (await Promise.all(entries)).map((entered) => entered.device)
    await times(10, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    const again = devices.map((each, at) =>
      attempt(auth, { password: ada.password, device: each, client: from(`203.0.113.${at}`) })
    )
    expect(tally(await Promise.all(again))).toEqual({ in: 3 })
  })

  test.each(["a new password", "logging out everywhere"])("RAT-15 is no longer known after %s", async (end) => {
    const { auth, user, device } = await besieged()
    if (end === "a new password") {
      await auth.passwords.change({ user: user.id, current: ada.password, next: newPassword, device, client: here })
    } else await auth.users.endCredentials(user.id)
    const password = end === "a new password" ? newPassword : ada.password
    expect(await attempt(auth, { password, device })).toBe("TooManyAttempts")
  })

  test("RAT-03 is known again after a password change in its own session", async () => {
    const { auth, user, device } = await besieged()
    const change = { user: user.id, current: ada.password, next: newPassword, device, client: here }
    const next = await auth.sessions.rememberDevice(await auth.passwords.change(change))
    expect(await attempt(auth, { password: newPassword, device: next })).toBe("in")
  })

  test("RAT-15 is one of ten: of more, those that logged in longest ago are forgotten", async () => {
    const { auth, clock, tables, user } = await withAda()
    const devices: Array<SecretText | null> = []
    for (let n = 0; n < 12; n++) {
      devices.push((await auth.sessions.logIn(ada, { kind: "browser", client: from(`198.51.100.${n}`) })).device)
      await clock.advance("1 second")
    }
    expect([...tables.marks.values()].map((marks) => marks.size)).toEqual([10, 10])
    await auth.users.change(user.id, { isVerified: true })
    await times(120, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
    const stranger = from("203.0.113.200")
    const known = devices.map((device) => attempt(auth, { password: ada.password, device, client: stranger }))
    const [one, two, ...others] = await Promise.all(known)
    expect([one, two]).toEqual(["TooManyAttempts", "TooManyAttempts"])
    expect(tally(others)).toEqual({ in: 10 })
  })

  test("TIM-01 is known for 400 days, and from the last millisecond's end no more", async () => {
    const { auth, clock, tables } = await withAda({ throttle: { perAccount: 1 } })
    const { device } = await auth.sessions.logIn(ada, { kind: "browser", client: there })
    const untils = [...tables.marks.values()].flatMap((marks) => [...marks.values()])
    expect(untils.map((until) => (until - clock.now()) / (24 * 3_600_000)).sort()).toEqual([30, 400])
    const until = Math.max(...untils)
    await clock.advance(until - 1 - clock.now())
    expect(await attempt(auth)).toBe("InvalidCredentials")
    expect(await attempt(auth, { device })).toBe("InvalidCredentials")
    await clock.advance(1)
    expect(await attempt(auth, { device })).toBe("TooManyAttempts")
  })
})

describe("a network from which a right password came", () => {
  const elsewhere = (auth: Auth) => times(10, (at) => attempt(auth, { client: from(`203.0.113.${at}`) }))
  const program = (auth: Auth, client: Client, password: string = ada.password) =>
    auth.sessions.logIn({ username: "ada", password }, { client, kind: "bearer" }).then(
      () => "in",
      (error: { readonly _tag: string }) => error._tag
    )

  /** Ada's program logs in from her server, and then a dozen addresses guess until the account is shut. */
  const besieged = async () => {
    const made = await withAda({ throttle: { perAccountAndNetwork: 3, perAccount: 5 } })
    expect(await program(made.auth, there)).toBe("in")
    await elsewhere(made.auth)
    return made
  }

  test("RAT-18 lets programs in while others keep the account shut, and no other network does", async () => {
    const { auth } = await besieged()
    expect(await program(auth, here)).toBe("TooManyAttempts")
    expect(tally(await times(20, () => program(auth, there)))).toEqual({ in: 20 })
  })

  test("RAT-18 has the budget of one network, and the network's own", async () => {
    const { auth } = await besieged()
    const guesses = await times(10, () => program(auth, there, "a wrong guess"))
    expect(tally(guesses)).toEqual({ InvalidCredentials: 3, TooManyAttempts: 7 })
    expect(await program(auth, there)).toBe("TooManyAttempts")
  })

  test("RAT-18 is known for its own user alone", async () => {
    const { auth } = await besieged()
    await auth.users.register({ username: "bob", password: newPassword })
    await times(10, (at) => attempt(auth, { username: "bob", client: from(`203.0.113.${at}`) }))
    expect(await attempt(auth, { username: "bob", password: newPassword, client: there })).toBe("TooManyAttempts")
  })

  test("RAT-18 RAT-15 is no longer known when the user's credentials were ended, or after thirty days", async () => {
    const { auth, user, clock } = await besieged()
    await auth.users.endCredentials(user.id)
    expect(await program(auth, there)).toBe("TooManyAttempts")
    await clock.advance("1 hour")
    expect(await program(auth, there)).toBe("in")
    await clock.advance(30 * 24 * 3_600_000 - 1)
    await elsewhere(auth)
    expect(await program(auth, there, "a wrong guess")).toBe("InvalidCredentials")
    await clock.advance(1)
    expect(await program(auth, there)).toBe("TooManyAttempts")
  })
})
