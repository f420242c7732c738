import type { Bucket, Instant, Limit, MarkStep } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { hour, minute } from "../laws/samples.ts"
import { type Call, call } from "./command.ts"
import type { Scene } from "./scene.ts"

/** So few keys that buckets shut, so short that they open and are forgotten again. One more than the least room has. */
const keys = ["a", "b", "c"] as const
const accounts = ["ada", "bob"] as const

const limits: readonly [Limit, Limit] = [
  { free: 1, delay: 10 * minute, longest: hour, forget: 10 * minute },
  { free: 2, delay: 10 * minute, longest: 10 * minute, forget: 20 * minute }
]

/** One bucket, or several, but never one twice, because the contract does not cover that. */
const buckets = ({ pick, percent, endAfter }: Scene): ReadonlyArray<Bucket> => {
  endAfter([10, 20, 30]) // when one of them opens, or is forgotten
  const some = keys.filter(() => percent(50))
  return (some.length === 0 ? [pick(keys)] : some).map((key) => ({ key, limit: pick(limits) }))
}

/** A look at all that can be known of the attempts. To look into a bucket is to hit it: the pause after that tells its count. */
export const attemptLooks = ({ now }: Scene): ReadonlyArray<Call> =>
  keys.flatMap((key) => {
    const look = hit([{ key, limit: limits[0] }], now())
    return [...accounts.map((account) => isTrusted(account, key, now())), look, look]
  })

const hit = (buckets: ReadonlyArray<Bucket>, at: Instant): Call =>
  call("attempts.hit", [buckets, at], ({ attempts }, ...args) => attempts.hit(...args))

const takeBack = (scene: Scene): Call =>
  call("attempts.takeBack", [buckets(scene), scene.now()], ({ attempts }, ...args) =>
    Effect.asVoid(attempts.takeBack(...args))
  )

const isTrusted = (account: string, key: string, at: Instant): Call =>
  call("attempts.isTrusted", [{ account, key }, at], ({ attempts }, ...args) => attempts.isTrusted(...args))

const trust = ({ pick, percent, below, now, endAfter }: Scene): Call => {
  const mark = { account: pick(accounts), key: pick(keys), until: endAfter([10, 20, 30]) }
  const replaced = percent(50) ? null : { key: pick(keys), until: endAfter([5, 10]) }
  const step: MarkStep = { at: now(), most: 1 + below(3), replaced, keep: "losable" }
  return call("attempts.trust", [mark, step], ({ attempts }, ...args) => Effect.asVoid(attempts.trust(...args)))
}

const forget = ({ pick, now }: Scene): Call =>
  call("attempts.forget", [{ key: pick(keys), limit: pick(limits) }, now()], ({ attempts }, ...args) =>
    Effect.asVoid(attempts.forget(...args))
  )

/** The commands about attempts. A repeated one is chosen more often. */
export const attemptCommands: ReadonlyArray<(scene: Scene) => Call> = [
  (scene) => hit(buckets(scene), scene.now()),
  (scene) => hit(buckets(scene), scene.now()),
  (scene) => hit(buckets(scene), scene.now()),
  (scene) => hit(buckets(scene), scene.now()),
  takeBack,
  takeBack,
  forget,
  trust,
  trust,
  ({ pick, now }) => isTrusted(pick(accounts), pick(keys), now()),
  ({ pick, now }) => isTrusted(pick(accounts), pick(keys), now()),
  ({ now, below }) =>
    call("attempts.removeExpired", [now(), below(3)], ({ attempts }, before, limit) =>
      // A store may forget earlier what no answer depends on any more.
      Effect.map(attempts.removeExpired(before, limit), (removed) => removed <= limit)
    )
]
