import * as Effect from "effect/Effect"

/**
 * The result of reading a value from outside: the value in its checked form, or what is wrong with it. A function that
 * returns one is called `read…`. A function called `parse…` returns null instead: no caller
 * wants to know why.
 */
export type Read<Value, Problem> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem }

export const valid = <Value>(value: Value): Read<Value, never> => ({ ok: true, value })

export const invalid = <Problem>(problem: Problem): Read<never, Problem> => ({ ok: false, problem })

/** The value; or a failure, where the problem is an error. */
export const orFail = <Value, E extends Error>(read: Read<Value, E>): Effect.Effect<Value, E> =>
  read.ok ? Effect.succeed(read.value) : Effect.fail(read.problem)
