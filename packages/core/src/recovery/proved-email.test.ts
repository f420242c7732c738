import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { mailScene, outcomeOf } from "../../test/mail-scene.ts"
import { ada, eventsOf, newPassword } from "../../test/people.ts"
import type { Around } from "../../test/store-around.ts"

/** Ada, whose address is verified, and whose account a thief has taken to another. `undo` is the way back. */
const robbed = async (around: Around = (_, call) => call) => {
  const scene = await mailScene({ around, logins: "both" })
  const user = await scene.auth.users.register(ada)
  await scene.auth.recovery.verify(await scene.tokenOf("verify"))
  await scene.auth.users.changeSelf({ user }, { email: "thief@example.net" })
  await scene.auth.recovery.changeEmail(await scene.tokenOf("change-email"))
  return { ...scene, user, undo: await scene.tokenOf("email-changed") }
}

/** An account that anybody makes with somebody else's address. */
const squatter = { username: "eve", email: ada.email, password: newPassword }

describe("an address that another account has and never proved", () => {
  test("REC-13 goes to whoever goes back to it, and the other account keeps all else", async () => {
    const { auth, user, undo } = await robbed()
    const eve = await auth.users.register(squatter)
    const { secret } = await auth.sessions.logIn({ username: "eve", password: newPassword })
    expect(await auth.recovery.undoEmailChange(undo)).toMatchObject({ email: ada.email, isVerified: true })
    expect(await auth.users.find(eve.id)).toMatchObject({ username: "eve", email: null, isVerified: false, epoch: 1 })
    expect(await auth.sessions.resume(secret)).not.toBeNull()
    expect(await eventsOf(auth, { type: "email.lost" })).toMatchObject([{ actor: user.id, subject: eve.id }])
  })

  test("REC-13 goes to whoever goes back to it, also when it was the other's only name; they can be given another", async () => {
    const { auth, undo } = await robbed()
    const eve = await auth.users.register({ email: ada.email, password: newPassword })
    const { secret } = await auth.sessions.logIn({ email: ada.email, password: newPassword })
    await auth.recovery.undoEmailChange(undo)
    expect(await auth.users.find(eve.id)).toMatchObject({ username: null, email: null })
    expect(await outcomeOf(auth.sessions.logIn({ email: ada.email, password: newPassword }))).toBe("InvalidCredentials")
    expect(await auth.sessions.resume(secret)).not.toBeNull()
    await auth.users.change(eve.id, { email: "eve@example.org" })
    expect(await auth.sessions.logIn({ email: "eve@example.org", password: newPassword })).toMatchObject({
      user: { id: eve.id }
    })
  })

  test("REC-13 opens nothing by the codes that were mailed to it for the other account", async () => {
    const { auth, box, clock, undo, tokenOf } = await robbed()
    await auth.users.register(squatter)
    await auth.recovery.forgot("eve")
    const reset = await tokenOf("reset")
    const verify = box.newest("verify").token ?? ""
    await auth.recovery.undoEmailChange(undo)
    expect(await outcomeOf(auth.recovery.reset(reset, newPassword))).toBe("CodeInvalid changed")
    expect(await outcomeOf(auth.recovery.verify(verify))).toBe("CodeInvalid changed")
    await clock.advance("1 second")
  })

  test("REC-13 goes to whoever proves it by a change of address, but is not asked for while another account has it", async () => {
    const { auth, user, tokenOf } = await robbed()
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    const token = await tokenOf("change-email")
    const eve = await auth.users.register({ ...squatter, email: "ada@example.com" })
    expect(await outcomeOf(auth.users.changeSelf({ user }, { email: "ADA@example.com" }))).toBe("AccountNameTaken")
    expect(await auth.recovery.changeEmail(token)).toMatchObject({ email: "ada@example.com", isVerified: true })
    expect(await auth.users.find(eve.id)).toMatchObject({ email: null })
  })

  test("REC-13 is taken once more when somebody registers with it at the same moment", async () => {
    let again = 3
    const scene = await robbed((operation, call) => {
      if (operation !== "users.releaseEmail" || again-- <= 0) return call
      return Effect.tap(call, () =>
        Effect.promise(() => scene.auth.users.register({ ...squatter, username: `eve${again}` }))
      )
    })
    await scene.auth.users.register(squatter)
    expect(await scene.auth.recovery.undoEmailChange(scene.undo)).toMatchObject({ email: ada.email })
    expect(await eventsOf(scene.auth, { type: "email.lost" })).toHaveLength(4)
  })

  test("REC-13 stays with the other account if that proves it at this very moment", async () => {
    const scene = await robbed((operation, call) =>
      operation === "users.releaseEmail"
        ? Effect.andThen(
            Effect.promise(() => scene.auth.recovery.verify(scene.box.newest("verify").token ?? "")),
            call
          )
        : call
    )
    const eve = await scene.auth.users.register(squatter)
    await scene.clock.advance("1 second")
    expect(await outcomeOf(scene.auth.recovery.undoEmailChange(scene.undo))).toBe("AccountNameTaken")
    expect(await scene.auth.users.find(eve.id)).toMatchObject({ email: ada.email, isVerified: true })
    expect(await eventsOf(scene.auth, { type: "email.lost" })).toEqual([])
  })
})
