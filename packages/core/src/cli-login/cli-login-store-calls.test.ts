import { describe, expect, it } from "vitest"
import { browser, cliLoginScene, terminal } from "../../test/cli-login-scene.ts"

/** A scene whose `asked` has only the calls of what comes next. */
const quietScene = async () => {
  const scene = await cliLoginScene()
  const { session } = await scene.auth.sessions.open(scene.ada)
  const callsOf = async (work: () => Promise<unknown>) => {
    scene.asked.length = 0
    await work()
    return [...scene.asked]
  }
  return { ...scene, actor: { user: scene.ada, session }, callsOf }
}

describe("the store calls of a CLI login", () => {
  it("to begin are the limit and the challenge", async () => {
    const { begin, callsOf } = await quietScene()
    expect(await callsOf(() => begin())).toEqual(["attempts.hit", "challenges.insert"])
  })

  it("to poll is one, whether it waits, comes early, is denied or has expired", async () => {
    const { actor, auth, begin, callsOf, claimed, clock, collect } = await quietScene()
    const [waits, denied] = [await begin(), await claimed()]
    const poll = (begun: typeof waits) => callsOf(() => collect(begun).catch(() => null))
    expect(await poll(waits)).toEqual(["challenges.poll"])
    expect(await poll(waits)).toEqual(["challenges.poll"])
    await auth.cliLogins.deny(actor, denied.id, browser)
    expect(await poll(denied)).toEqual(["challenges.poll"])
    await clock.advance("5 minutes")
    expect(await poll(waits)).toEqual(["challenges.poll"])
  })

  it("to enter a code are the session, the limit and back, and the claim", async () => {
    const { actor, auth, begin, callsOf } = await quietScene()
    const { code } = await begin()
    expect(await callsOf(() => auth.cliLogins.lookUp(actor, code, browser))).toEqual([
      "sessions.isThere",
      "attempts.hit",
      "challenges.claim",
      "attempts.takeBack"
    ])
  })

  it("to approve are one write with a number, and two without, between which the session is looked for", async () => {
    const { actor, auth, callsOf, claimed } = await quietScene()
    const approving = async (canAskForNumber: boolean) => {
      const { id } = await claimed({ canAskForNumber })
      return callsOf(() => auth.cliLogins.approve(actor, id, browser))
    }
    const before = ["sessions.isThere", "challenges.find", "tokens.list", "challenges.decide"]
    expect(await approving(true)).toEqual([...before, "audit.append", "sessions.isThere"])
    expect(await approving(false)).toEqual([...before, "sessions.isThere", "challenges.decide", "audit.append"])
  })

  it("to collect are the poll, the redemption and the token, the approver before and after, and two for the trail", async () => {
    const { approved, callsOf, collect } = await quietScene()
    const begun = await approved()
    expect(await callsOf(() => collect(begun, { client: terminal }))).toEqual([
      "challenges.poll",
      "users.find",
      "challenges.redeem",
      "tokens.insert",
      "audit.append",
      "users.find",
      "audit.append"
    ])
  })
})
