import type { Challenge, Decision, ListPage, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { approval, challengeSecretOf, denial, redemption } from "../laws/challenge-samples.ts"
import { wholeList } from "../laws/samples.ts"
import { type Call, call, whileThere } from "./command.ts"
import type { Scene } from "./scene.ts"

/** From the end of the time that it is kept, a challenge may be there or not: so those are removed before each verb. */
const afterPurge = ({ now }: Scene, { verb, says, run }: Call): Call => {
  const at = now()
  return {
    verb,
    says: `challenges.removeExpired(${at}, ${ALL}), then ${says}`,
    run: (store) => Effect.andThen(store.challenges.removeExpired(at, ALL), run(store))
  }
}

const ALL = 10_000

/** Begins a CLI login, as every list does. */
export const challengeInsert = (scene: Scene): Call =>
  afterPurge(
    scene,
    call("challenges.insert", [scene.newChallenge(), scene.pick([2, 4, 8, ALL, ALL, ALL])], ({ challenges }, ...args) =>
      challenges.insert(...args)
    )
  )

/** A code again, of one that has ended or not. Only with enough room, because a store may look at the limit first. */
const insertAgain = (scene: Scene): Call => {
  const ended = scene.challenges().filter(({ challenge }) => challenge.expiresAt <= scene.now())
  const old = ended.length > 0 && scene.percent(60) ? scene.pick(ended.slice(-3)) : scene.challenge().row
  return afterPurge(
    scene,
    call("challenges.insert", [scene.newChallenge(old.challenge.codeHash), ALL], ({ challenges }, ...args) =>
      challenges.insert(...args)
    )
  )
}

/** Only for existing users, because a store may or may not refuse others. */
const claim = (scene: Scene, owner: UserId, codeHash: Challenge["codeHash"], most: number): Call => {
  const at = scene.now()
  return whileThere(
    owner,
    afterPurge(
      scene,
      call("challenges.claim", [codeHash, owner, at, most], ({ challenges }, ...args) =>
        // A code may lead or not lead to one that has ended: how long it does, the contract says only at least.
        Effect.map(challenges.claim(...args), (claimed) =>
          claimed !== null && claimed.expiresAt > at ? claimed : null
        )
      )
    )
  )
}

const claimAny = (scene: Scene): Call => {
  const { key, row } = scene.percent(75) ? scene.challenge("pending") : scene.challenge("claimed", "approved")
  return claim(scene, key.owner, row.challenge.codeHash, scene.pick([1, 2, 3, ALL, ALL]))
}

const decide = (scene: Scene): Call => {
  const { percent, pick, below, endAfter, now } = scene
  const decision: Decision = percent(70)
    ? { ...approval(pick([null, 1, 1, 2])), epoch: below(5) }
    : { ...denial, by: pick(["user", "number", "change"]), keptUntil: endAfter([0, 10, 60, 720]) }
  return afterPurge(
    scene,
    call(
      "challenges.decide",
      [scene.challenge("claimed", "approved").key, decision, now()],
      ({ challenges }, ...args) => challenges.decide(...args)
    )
  )
}

/** The clocks of two machines differ, and a poll may be slower than the one after it. */
const poll = (scene: Scene): Call => {
  const at = scene.now() - scene.pick([0, 0, 1, 800, 1000, 4000, 5000, 48_000])
  return pollAt(scene, challengeSecretOf(scene.challenge("pending", "claimed").row), at)
}

/** With the secret of another challenge in some calls. */
const pollAny = (scene: Scene): Call => {
  const [one, other] = [scene.challenge().row, scene.challenge().row]
  return pollAt(scene, { ...challengeSecretOf(one), hash: other.secretHash }, scene.now())
}

const pollAt = (scene: Scene, secret: ReturnType<typeof challengeSecretOf>, at: number): Call =>
  afterPurge(
    scene,
    call("challenges.poll", [secret, at], ({ challenges }, ...args) => challenges.poll(...args))
  )

const redeem = (scene: Scene): Call => {
  const { pick, endAfter, now, percent } = scene
  const secret = challengeSecretOf(scene.challenge("approved").row)
  const presented = percent(95) ? secret : { ...secret, hash: scene.challenge().row.secretHash }
  const wanted = { ...redemption(now(), pick([null, 1, 1, 2, 3])), keptUntil: endAfter([0, 10, 60, 720]) }
  return afterPurge(
    scene,
    call("challenges.redeem", [presented, wanted], ({ challenges }, ...args) => challenges.redeem(...args))
  )
}

const list = (scene: Scene, owner: UserId, page: ListPage): Call =>
  afterPurge(
    scene,
    call("challenges.list", [owner, page], ({ challenges }, ...args) => challenges.list(...args))
  )

/** Reads everything about the challenges: those of each user, then each by its secret, and then what each code leads to. */
export const challengeLooks = (scene: Scene): ReadonlyArray<Call> => [
  ...scene.users().map((owner) => list(scene, owner, wholeList)),
  ...scene.challenges().map((row) => pollAt(scene, challengeSecretOf(row), scene.now())),
  ...scene.challenges().map(({ challenge }) => claim(scene, scene.user(), challenge.codeHash, ALL))
]

/** The other commands about challenges. A repeated one is chosen more often. */
export const challengeCommands: ReadonlyArray<(scene: Scene) => Call> = [
  insertAgain,
  insertAgain,
  claimAny,
  claimAny,
  claimAny,
  claimAny,
  (scene) =>
    afterPurge(
      scene,
      call(
        "challenges.find",
        [scene.challenge("claimed", "approved", "denied", "redeemed").key],
        ({ challenges }, key) => challenges.find(key)
      )
    ),
  decide,
  decide,
  decide,
  decide,
  poll,
  poll,
  pollAny,
  redeem,
  redeem,
  redeem,
  redeem,
  (scene) => list(scene, scene.challenge().key.owner, wholeList),
  (scene) => {
    const after = scene.pick([null, ...scene.challenges()])?.challenge ?? null
    return list(scene, scene.challenge().key.owner, { after, limit: scene.below(4) })
  },
  (scene) =>
    afterPurge(
      scene,
      call("challenges.removeAll", [scene.challenge().key.owner], ({ challenges }, owner) =>
        challenges.removeAll(owner)
      )
    ),
  ({ now, below }) =>
    call("challenges.removeExpired", [now(), below(3)], ({ challenges }, before, limit) =>
      // Which ones is up to the store, so all of them go then: a verb with a limit counts those that are left.
      Effect.map(challenges.removeExpired(before, limit), (removed) => removed <= limit).pipe(
        Effect.tap(() => challenges.removeExpired(before, ALL))
      )
    )
]
