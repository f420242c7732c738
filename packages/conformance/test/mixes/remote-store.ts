import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import {
  AccountNameTaken,
  AttemptRoom,
  EditConflict,
  LastSuperuser,
  partNames,
  Store,
  StoreError,
  type StoreLayer,
  type StoreParts,
  type StoreShape,
  TokenAlreadyIssued,
  TooManyChallenges,
  TooManyTokens,
  UserCodeTaken
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Described } from "./described-stores.ts"
import type { Answer, Question } from "./remote-worker.ts"

/** A process of its own, in which stores can be opened: their verbs run there, and are called from here. */
export interface RemoteProcess {
  readonly store: (described: Described) => StoreLayer
  readonly end: () => void
}

type Asked = Question extends infer Each ? (Each extends Question ? Omit<Each, "number"> : never) : never

export const remoteProcess = (): RemoteProcess => {
  const child = fork(fileURLToPath(new URL("./remote-worker.ts", import.meta.url)), {
    execArgv: ["--conditions=latchkey-source", "--disable-warning=ExperimentalWarning"],
    serialization: "advanced"
  })
  const ask = asker(child)
  let opened = 0
  return {
    store: (described) =>
      Layer.effect(
        Store,
        Effect.gen(function* () {
          const store = opened++
          const room = yield* AttemptRoom
          yield* Effect.acquireRelease(
            Effect.promise(() => ask({ do: "open", store, described, room })),
            () => Effect.promise(() => ask({ do: "close", store }))
          )
          return remoteShape((part, verb, args) =>
            Effect.flatMap(
              Effect.promise(() => ask({ do: "call", store, part, verb, args })),
              outcomeOf(verb)
            )
          )
        })
      ),
    end: () => void child.kill()
  }
}

/** Sends questions, and gives each its answer by its number: many may be under way. */
const asker = (child: ChildProcess) => {
  const waiting = new Map<number, (answer: Answer) => void>()
  let asked = 0
  child.on("message", (answer: Answer) => {
    waiting.get(answer.number)?.(answer)
    waiting.delete(answer.number)
  })
  return (question: Asked): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const number = asked++
      waiting.set(number, resolve)
      child.send({ ...question, number }, (error) => {
        if (error !== null) reject(error)
      })
    })
}

type Failure =
  | AccountNameTaken
  | EditConflict
  | LastSuperuser
  | TokenAlreadyIssued
  | TooManyChallenges
  | TooManyTokens
  | UserCodeTaken
  | StoreError

const outcomeOf =
  (operation: string) =>
  (answer: Answer): Effect.Effect<unknown, Failure> => {
    switch (answer.tag) {
      case "success":
        return Effect.succeed(answer.value)
      case "AccountNameTaken":
        return Effect.fail(new AccountNameTaken({ kind: answer.kind }))
      case "EditConflict":
        return Effect.fail(new EditConflict())
      case "LastSuperuser":
        return Effect.fail(new LastSuperuser())
      case "TokenAlreadyIssued":
        return Effect.fail(new TokenAlreadyIssued({ token: answer.token }))
      case "TooManyTokens":
        return Effect.fail(new TooManyTokens({ most: answer.most }))
      case "TooManyChallenges":
        return Effect.fail(new TooManyChallenges({ most: answer.most }))
      case "UserCodeTaken":
        return Effect.fail(new UserCodeTaken())
      case "StoreError":
        return Effect.fail(new StoreError({ operation, cause: "in the other process" }))
    }
  }

type Call = (part: string | null, verb: string, args: ReadonlyArray<unknown> | null) => Effect.Effect<unknown, Failure>

/** The verbs of the contract that are no functions. */
const PLAIN = new Set(["isSetUp", "lastHash", "read", "start"])

/** A store whose verbs go through `call`, whatever they are. */
const remoteShape = (call: Call): StoreShape => {
  const part = (name: string) =>
    new Proxy(
      {},
      {
        get: (_, verb: string) =>
          PLAIN.has(verb) ? call(name, verb, null) : (...args: ReadonlyArray<unknown>) => call(name, verb, args)
      }
    )
  const whole =
    (verb: string) =>
    (...args: ReadonlyArray<unknown>) =>
      call(null, verb, args)
  const wholes: Readonly<Record<Exclude<keyof StoreShape, keyof StoreParts>, unknown>> = {
    lookupSession: whole("lookupSession"),
    lookupToken: whole("lookupToken")
  }
  return { ...Object.fromEntries(partNames.map((name) => [name, part(name)])), ...wholes } as unknown as StoreShape // by name
}
