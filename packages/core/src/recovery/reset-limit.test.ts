import * as Effect from "effect/Effect"
import { describe, expect, it, test } from "vitest"
import { countingHasher } from "../../test/counting-hasher.ts"
import { tally, there, times } from "../../test/guesses.ts"
import { mailScene, outcomeOf } from "../../test/mail-scene.ts"
import { ada, eventsOf, newPassword } from "../../test/people.ts"

const MOST = 3

/** Somebody with a code for a password of theirs, and what the hasher was asked since. */
const withCode = async (purpose: "reset" | "invite") => {
  const { work, layer } = countingHasher(Effect.yieldNow)
  const scene = await mailScene({ hasher: layer, throttle: { perAccountAndNetwork: MOST, mails: 100 } })
  const { auth, tokenOf } = scene
  const user = await (purpose === "reset" ? auth.users.register(ada) : auth.users.create({ email: ada.email }))
  if (purpose === "reset") await auth.recovery.forgot(ada.username)
  const token = await tokenOf(purpose)
  const choose = (password: string, client = there) =>
    outcomeOf(auth.recovery[purpose === "reset" ? "reset" : "accept"](token, password, client))
  Object.assign(work, { hashes: 0, verifies: 0 })
  return { ...scene, user, token, choose, work }
}

describe("what one code makes the server hash", () => {
  it.each(["reset", "invite"] as const)("RAT-20 of 100 uses at one moment is bounded, to %s", async (purpose) => {
    const { auth, user, choose, work } = await withCode(purpose)
    const outcomes = await times(100, (at) => choose(`${newPassword}, number ${at}`))
    expect(tally(outcomes)).toEqual({ done: 1, "CodeInvalid used": MOST - 1, TooManyAttempts: 100 - MOST })
    expect(work.hashes).toBe(MOST)
    expect((await eventsOf(auth, { type: "throttle.blocked" })).length).toBeLessThanOrEqual(1)
    expect(await auth.users.find(user.id)).toMatchObject({ isVerified: true })
  })

  test("RAT-20 is bounded too where each use is refused, and the code still works afterwards", async () => {
    const { auth, clock, user, choose, work, tokenOf } = await withCode("reset")
    await auth.users.change(user.id, { mustChangePassword: true })
    expect(await choose(newPassword)).toBe("CodeInvalid changed")
    await auth.recovery.forgot(ada.username)
    const token = await tokenOf("reset")
    const same = () => outcomeOf(auth.recovery.reset(token, ada.password, there))
    const outcomes = []
    for (let count = 0; count < 10; count++) outcomes.push(await same())
    expect(outcomes.slice(0, MOST)).toEqual(Array(MOST).fill("PasswordRefused null"))
    expect(new Set(outcomes.slice(MOST))).toEqual(new Set(["TooManyAttempts"]))
    expect(work.verifies).toBe(MOST)
    await clock.advance("15 minutes")
    expect(await outcomeOf(auth.recovery.reset(token, newPassword, there))).toBe("done")
  })

  test("RAT-10 RAT-20 is not counted when it was right, and costs nothing when the code opens nothing", async () => {
    const { auth, choose, tokenOf, work } = await withCode("reset")
    for (let count = 0; count < 2 * MOST; count++) {
      await auth.recovery.forgot(ada.username)
      expect(await outcomeOf(auth.recovery.reset(await tokenOf("reset"), newPassword, there))).toBe("done")
    }
    Object.assign(work, { hashes: 0, verifies: 0 })
    for (let count = 0; count < 2 * MOST; count++) expect(await choose(newPassword)).toBe("CodeInvalid unknown")
    expect(work).toEqual({ hashes: 0, verifies: 0 })
  })
})
