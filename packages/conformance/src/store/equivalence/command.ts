import type { StoreShape, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { shown } from "../laws/law.ts"

/** One step of a list: a call of a verb, or a few that belong together. */
export interface Command {
  /** The call, for whoever reads of a failure. */
  readonly says: string
  /** The verb it is about, such as `users.insert`. */
  readonly verb: string
  /** Which of two connections takes it, where a store has two. */
  readonly connection: 0 | 1
  /** What comes of it must be decided by the contract alone, whatever was called before. */
  readonly run: (store: StoreShape) => Outcome
}

export type Outcome = Effect.Effect<unknown, { readonly _tag: string }>

/** A command before it is decided who takes it. */
export type Call = Omit<Command, "connection">

/** A call with its arguments, written down as it is made. */
export const call = <const Args extends ReadonlyArray<unknown>>(
  verb: string,
  args: Args,
  run: (store: StoreShape, ...args: Args) => Outcome
): Call => ({
  verb,
  says: `${verb}(${args.map(shown).join(", ")})`,
  run: (store) => run(store, ...args)
})

/** A call that is made only while this user is there; else it comes to `false`. */
export const whileThere = (id: UserId, { verb, says, run }: Call): Call => ({
  verb,
  says: `${says}, if user ${id} is there`,
  run: (store) =>
    Effect.flatMap(store.users.find(id), (user) => (user === null ? Effect.succeed<unknown>(false) : run(store)))
})
