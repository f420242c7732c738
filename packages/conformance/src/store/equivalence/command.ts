import type { StoreShape, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { shown } from "../laws/law.ts"

/** One step of a list: a call of a verb, or a few that belong together. */
export interface Command {
  /** The call as text, for reports of failures. */
  readonly says: string
  /** The verb it is about, such as `users.insert`. */
  readonly verb: string
  /** Which connection runs it, if a store has two. */
  readonly connection: 0 | 1
  /** Runs the command. The contract alone must decide the result, whatever was called before. */
  readonly run: (store: StoreShape) => Outcome
}

export type Outcome = Effect.Effect<unknown, { readonly _tag: string }>

/** A command without the choice of a connection. */
export type Call = Omit<Command, "connection">

/** Makes a call, and its text for reports. */
export const call = <const Args extends ReadonlyArray<unknown>>(
  verb: string,
  args: Args,
  run: (store: StoreShape, ...args: Args) => Outcome
): Call => ({
  verb,
  says: `${verb}(${args.map(shown).join(", ")})`,
  run: (store) => run(store, ...args)
})

/** A call that is made only if this user exists; otherwise its result is `false`. */
export const whileThere = (id: UserId, { verb, says, run }: Call): Call => ({
  verb,
  says: `${says}, if user ${id} is there`,
  run: (store) =>
    Effect.flatMap(store.users.find(id), (user) => (user === null ? Effect.succeed<unknown>(false) : run(store)))
})
