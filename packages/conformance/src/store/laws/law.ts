import { AttemptRoom, type StoreParts, type StoreShape } from "@latchkey/core/store"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/** The part of a store that a law is about. */
export type LawPart = keyof StoreParts | "lookup"

/** One sentence of the store contract, and a check whether a store keeps it. */
export interface Law {
  readonly part: LawPart
  /** The law in words, with the id of its requirement if there is one. */
  readonly states: string
  /** Whether it tests parallel calls. */
  readonly isRace: boolean
  /** The room for attempts that the store must be built with. */
  readonly room: AttemptRoom
  /** Given two connections to the same fresh data (or one twice), succeeds if the store keeps the law. */
  readonly check: (store: StoreShape, second: StoreShape) => Effect.Effect<void, unknown>
}

/** A store broke a law. */
export class LawBroken extends Data.TaggedError("LawBroken")<{ readonly message: string }> {}

type Steps = Generator<Effect.Effect<unknown, unknown>, void, never>
type MakeLaw = (states: string, steps: (store: StoreShape, second: StoreShape) => Steps) => Law

/** The makers of a part's laws: `law` for one caller at a time, `race` for many at once. */
export const lawsOf = (
  part: LawPart,
  room: AttemptRoom = AttemptRoom.defaultValue()
): { readonly law: MakeLaw; readonly race: MakeLaw } => {
  const maker =
    (isRace: boolean): MakeLaw =>
    (states, steps) => ({
      part,
      states,
      isRace,
      room,
      check: (store, second) => Effect.gen(() => steps(store, second))
    })
  return { law: maker(false), race: maker(true) }
}

/** Fails unless both are the same JSON-like value, key for key: a missing and an extra key are differences. */
export const expectEqual = (actual: unknown, expected: unknown, what: string): Effect.Effect<void, LawBroken> =>
  isSame(actual, expected)
    ? Effect.void
    : Effect.fail(new LawBroken({ message: `${what}: expected ${shown(expected)}, but got ${shown(actual)}` }))

/** Fails unless the effect fails with this tag; gives the failure. */
export const expectFailure = <A, E extends { readonly _tag: string }, Tag extends E["_tag"]>(
  effect: Effect.Effect<A, E>,
  tag: Tag,
  what: string
): Effect.Effect<Extract<E, { readonly _tag: Tag }>, LawBroken> =>
  Effect.matchEffect(effect, {
    onSuccess: (value) => new LawBroken({ message: `${what}: expected ${tag}, but it succeeded with ${shown(value)}` }),
    onFailure: (error) =>
      hasTag(error, tag)
        ? Effect.succeed(error)
        : new LawBroken({ message: `${what}: expected ${tag}, but it failed with ${error._tag}` })
  })

const hasTag = <E extends { readonly _tag: string }, Tag extends string>(
  error: E,
  tag: Tag
): error is Extract<E, { readonly _tag: Tag }> => error._tag === tag

/** Whether both are the same JSON-like value, key for key. */
export const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = new Map(Object.entries(a))
  const right = new Map(Object.entries(b))
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
}

const SHOWN_LENGTH = 400

/** A value as text, shortened if it is long. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? String(value)
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text
}
