import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Around } from "./store-around.ts"

/** Holds those who run at the same time at each of their store calls, and lets one on at a time. */
export interface Turnstile {
  /**
   * For the store that they share. Whoever is not in `atOnce` passes freely, and so does what meets nothing else in a store:
   * the audit trail and the counting of attempts.
   */
  readonly around: Around
  /** Runs them at the same time, in the order that this turnstile stands for. */
  readonly atOnce: <R>(...racers: ReadonlyArray<Effect.Effect<unknown, unknown, R>>) => Effect.Effect<void, never, R>
}

/** Runs a check in every order in which two operations can make their store calls, and says how many orders that were. */
export const everyInterleaving = async (check: (turnstile: Turnstile) => Promise<void>): Promise<number> => {
  let order: ReadonlyArray<number> | null = []
  let count = 0
  while (order !== null) {
    const { turnstile, taken } = turnstileFor(order)
    await check(turnstile)
    order = nextOrder(taken)
    count += 1
  }
  return count
}

/** Who was let on where more than one waited. */
interface Choice {
  readonly chosen: number
  readonly waiting: number
}

/** Depth first: the last choice that has an alternative left takes it, and all behind it is chosen anew. */
const nextOrder = (taken: ReadonlyArray<Choice>): ReadonlyArray<number> | null => {
  const last = taken.findLastIndex(({ chosen, waiting }) => chosen + 1 < waiting)
  return last === -1 ? null : taken.slice(0, last + 1).map(({ chosen }, at) => (at === last ? chosen + 1 : chosen))
}

const UNRELATED = /^(?:audit|attempts)\./

const Racer = Context.Reference<number | null>("test/Racer", { defaultValue: () => null })

const turnstileFor = (order: ReadonlyArray<number>) => {
  const taken: Array<Choice> = []
  const running = new Set<number>()
  /** Of each racer the calls that it makes at once, in their order. */
  const waiting = new Map<number, ReadonlyArray<() => void>>()

  const letOn = () => {
    if (waiting.size === 0 || waiting.size < running.size) return
    const queue = [...waiting].sort(([a], [b]) => a - b)
    const chosen = queue.length === 1 ? 0 : (order[taken.length] ?? 0)
    if (queue.length > 1) taken.push({ chosen, waiting: queue.length })
    const [racer, [go, ...others]] = queue[chosen] ?? [-1, []]
    if (others.length === 0) waiting.delete(racer)
    else waiting.set(racer, others)
    go?.()
  }

  const held = (racer: number) =>
    Effect.callback<void>((resume) => {
      waiting.set(racer, [...(waiting.get(racer) ?? []), () => resume(Effect.void)])
      letOn()
    })

  const turnstile: Turnstile = {
    around: (operation, call) =>
      Effect.flatMap(Effect.service(Racer), (racer) =>
        racer === null || UNRELATED.test(operation)
          ? call
          : Effect.ensuring(Effect.andThen(held(racer), call), Effect.sync(letOn))
      ),
    atOnce: (...racers) =>
      Effect.suspend(() => {
        for (const racer of racers.keys()) running.add(racer)
        const finish = (racer: number) =>
          Effect.sync(() => {
            running.delete(racer)
            letOn()
          })
        return Effect.all(
          racers.map((run, racer) =>
            Effect.ensuring(Effect.ignore(Effect.provideService(run, Racer, racer)), finish(racer))
          ),
          { concurrency: "unbounded", discard: true }
        )
      })
  }
  return { turnstile, taken }
}
