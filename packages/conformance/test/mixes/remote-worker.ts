import {
  type AccessToken,
  AccountNameTaken,
  AttemptRoom,
  EditConflict,
  LastSuperuser,
  Store,
  type StoreShape,
  TokenAlreadyIssued,
  TooManyChallenges,
  TooManyTokens,
  UserCodeTaken
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { type Described, storeOf } from "./described-stores.ts"

/** What is asked of this process, which keeps stores for the tests of another. */
export type Question =
  | {
      readonly number: number
      readonly do: "open"
      readonly store: number
      readonly described: Described
      readonly room: AttemptRoom
    }
  | { readonly number: number; readonly do: "close"; readonly store: number }
  | {
      readonly number: number
      readonly do: "call"
      readonly store: number
      /** The part, or nothing for the store itself. */
      readonly part: string | null
      readonly verb: string
      /** Null for what is no function, such as `isSetUp`. */
      readonly args: ReadonlyArray<unknown> | null
    }

export type Answer = { readonly number: number } & (
  | { readonly tag: "success"; readonly value: unknown }
  | { readonly tag: "AccountNameTaken"; readonly kind: "username" | "email" }
  | { readonly tag: "TokenAlreadyIssued"; readonly token: AccessToken }
  | { readonly tag: "TooManyChallenges" | "TooManyTokens"; readonly most: number }
  | { readonly tag: "EditConflict" | "LastSuperuser" | "UserCodeTaken" | "StoreError" }
)

const runtimes = new Map<number, ManagedRuntime.ManagedRuntime<Store, unknown>>()
const stores = new Map<number, StoreShape>()

const open = async (store: number, described: Described, room: AttemptRoom): Promise<void> => {
  const runtime = ManagedRuntime.make(Layer.provide(storeOf(described), Layer.succeed(AttemptRoom, room)))
  runtimes.set(store, runtime)
  stores.set(store, await runtime.runPromise(Store))
}

const close = async (store: number): Promise<void> => {
  await runtimes.get(store)?.dispose()
  runtimes.delete(store)
  stores.delete(store)
}

const call = ({ store, part, verb, args }: Extract<Question, { do: "call" }>): Promise<Outcome> => {
  const whole: unknown = stores.get(store)
  const of: unknown = part === null ? whole : Reflect.get(whole as object, part)
  const member: unknown = Reflect.get(of as object, verb)
  // By its name it is a verb of the contract, and the arguments come from a test that was checked against its type.
  const effect = (typeof member === "function" && args !== null ? member(...args) : member) as Effect.Effect<
    unknown,
    unknown
  >
  return Effect.runPromise(Effect.match(effect, { onSuccess: (value) => ({ tag: "success", value }), onFailure }))
}

type Outcome = Answer extends infer Each ? (Each extends Answer ? Omit<Each, "number"> : never) : never

const onFailure = (error: unknown): Outcome => {
  if (error instanceof AccountNameTaken) return { tag: "AccountNameTaken", kind: error.kind }
  if (error instanceof TokenAlreadyIssued) return { tag: "TokenAlreadyIssued", token: error.token }
  if (error instanceof TooManyTokens) return { tag: "TooManyTokens", most: error.most }
  if (error instanceof TooManyChallenges) return { tag: "TooManyChallenges", most: error.most }
  if (error instanceof UserCodeTaken) return { tag: "UserCodeTaken" }
  if (error instanceof EditConflict) return { tag: "EditConflict" }
  return { tag: error instanceof LastSuperuser ? "LastSuperuser" : "StoreError" }
}

const answer = async (question: Question): Promise<Outcome> => {
  if (question.do === "call") return call(question)
  await (question.do === "open" ? open(question.store, question.described, question.room) : close(question.store))
  return { tag: "success", value: null }
}

// The channel carries nothing but the tests' questions.
process.on("message", async (question: Question) => {
  process.send?.({ number: question.number, ...(await answer(question)) })
})
