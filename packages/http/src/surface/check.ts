import { type AuthServices, type Identity, isStoreError, type Refusal, type StoreError } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { HostMistake } from "../request/host-mistake.ts"

/** What a check says: whether the caller may, or the code of the refusal. */
export type Checked = boolean | Refusal

/**
 * A question of the host's own about somebody whom the policy allowed, such as whether a row in its database is theirs. It
 * answers at once, with a promise, or with an Effect. False refuses with the code `forbidden`.
 */
export type Check<Allowed extends Identity | null, Asked> = (
  identity: Allowed,
  asked: Asked
) => Checked | PromiseLike<Checked> | Effect.Effect<Checked, unknown, AuthServices>

/** Asks a check; null if the caller may. An outage of our store stays one. Whatever else goes wrong is a defect of the host's. */
export const askCheck = <Allowed extends Identity | null, Asked>(
  check: Check<Allowed, Asked>,
  identity: Allowed,
  asked: Asked
): Effect.Effect<Refusal | null, StoreError, AuthServices> => {
  const answer = Effect.suspend((): Effect.Effect<Checked, StoreError, AuthServices> => {
    const given = check(identity, asked)
    if (Effect.isEffect(given)) return Effect.catch(given, outageOrDefect)
    if (!isPromise(given)) return Effect.succeed(given)
    return Effect.flatten(Effect.promise(() => Promise.resolve(given).then(Effect.succeed, outageOrDefect)))
  })
  return Effect.map(answer, (checked) => refusalIn(checked, identity))
}

const outageOrDefect = (failure: unknown): Effect.Effect<never, StoreError> =>
  isStoreError(failure) ? Effect.fail(failure) : Effect.die(failure)

const isPromise = (given: Checked | PromiseLike<Checked>): given is PromiseLike<Checked> =>
  typeof given === "object" && given !== null && "then" in given

/** Nobody is asked to log in, and somebody is refused: what a policy does too (HDR-08). */
const refusalIn = (checked: Checked, identity: Identity | null): Refusal | null => {
  if (checked === true) return null
  if (checked === false) return identity === null ? { code: "unauthorized" } : { code: "forbidden" }
  if (isRefusal(checked)) return checked
  throw new CheckAnswerUnknown()
}

/** With further members it is a row of the host's, and its code may be one that nobody may know. */
const isRefusal = (checked: Refusal | null | undefined): checked is Refusal =>
  typeof checked?.code === "string" && Object.keys(checked).every((name) => name === "code" || name === "scope")

/** A check that forgets to answer, or answers with a row, must not let anybody pass. */
class CheckAnswerUnknown extends HostMistake {
  override readonly name = "CheckAnswerUnknown"

  constructor() {
    super("The check of a guard answered neither true nor false nor { code }. Let it return one of them on every path.")
  }
}
