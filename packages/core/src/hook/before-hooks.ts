import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { makeLogLimit } from "../audit/log-limit.ts"
import type { User } from "../user/user.ts"
import { callHook, HookTrouble, within } from "./call-hook.ts"
import { HookFailed } from "./hook-errors.ts"
import type { DecidingHooks, DeletionAsked, EmailAsked, NamesAsked, PasswordAsked, RegistrationAsked } from "./hooks.ts"

/** As long as somebody waits for a form, and long enough for a question to another server. */
const DECIDE_WITHIN = "5 seconds"

const RETRY_AFTER_SECONDS = 5

/** The reason of a refusal, or null. */
type Verdict = Effect.Effect<string | null, HookFailed>

interface Decisions {
  /** The password is as it will be hashed. */
  readonly validatePassword: (password: string, asked: PasswordAsked) => Verdict
  /** The address is as it will be stored. */
  readonly validateEmail: (email: string, asked: EmailAsked) => Verdict
  readonly beforeRegister: (names: NamesAsked, asked: RegistrationAsked) => Verdict
  readonly beforeDelete: (user: User, asked: DeletionAsked) => Verdict
}

const approved: Verdict = Effect.succeed(null)

/** The host's hooks that decide something. A hook that is not there approves, and costs nothing. */
export const makeDecisions = (hooks: DecidingHooks): Decisions => {
  const log = makeLogLimit()

  const ask = (hook: keyof DecidingHooks, call: () => unknown): Verdict =>
    callHook(call).pipe(
      within(DECIDE_WITHIN),
      Effect.flatMap(readVerdict),
      Effect.catch(({ name }) =>
        Effect.andThen(
          log.error("a hook failed, and so nothing was approved", { operation: hook, name }),
          Effect.fail(new HookFailed({ hook, retryAfter: RETRY_AFTER_SECONDS }))
        )
      )
    )

  const { validatePassword, validateEmail, beforeRegister, beforeDelete } = hooks
  return {
    validatePassword: (password, asked) =>
      validatePassword === undefined ? approved : ask("validatePassword", () => validatePassword(password, asked)),
    validateEmail: (email, asked) =>
      validateEmail === undefined ? approved : ask("validateEmail", () => validateEmail(email, asked)),
    beforeRegister: (names, asked) =>
      beforeRegister === undefined ? approved : ask("beforeRegister", () => beforeRegister(names, asked)),
    beforeDelete: (user, asked) =>
      beforeDelete === undefined ? approved : ask("beforeDelete", () => beforeDelete(user, asked))
  }
}

/** A hook in JavaScript may answer true or false, and mean either. Nothing is approved by an answer that is none. */
const readVerdict = (given: unknown): Effect.Effect<string | null, HookTrouble> => {
  if (given === undefined || given === null) return Effect.succeed(null)
  return typeof given === "string" && given !== "" ? Effect.succeed(given) : Effect.fail(new HookTrouble("NoReason"))
}

/** Asks the host; by default there are no hooks. */
export const BeforeHooks = Context.Reference<Decisions>("@latchkey/core/BeforeHooks", {
  defaultValue: () => makeDecisions({})
})
