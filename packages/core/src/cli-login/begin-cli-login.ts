import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type ClientOptions, keptOf, unknownClient } from "../audit/trace.ts"
import { Credentials } from "../secret/credentials.ts"
import { RandomBytes } from "../secret/random.ts"
import { Store } from "../store/store.ts"
import { Throttle } from "../throttle/throttle.ts"
import { TokensDisabled } from "../token/token-errors.ts"
import { readScopes, readTokenName, type TokenOptions } from "../token/token-rules.ts"
import { invalid, orFail, type Read } from "../vocabulary/read.ts"
import { SECOND_MS } from "../vocabulary/time.ts"
import { ChallengeId, EXPIRED_KEPT_MS, type PendingChallenge } from "./challenge.ts"
import { CliLoginDisabled, NumberNotSupported, ProgramNameInvalid } from "./cli-login-errors.ts"
import type { BegunCliLogin, CliLoginOptions, CliLoginToBegin } from "./cli-login-service.ts"
import { hashUserCode, newUserCode } from "./user-code.ts"

/** What a poll that comes too early adds to the interval (RFC 8628 §3.5). */
const SLOW_DOWN_MS = 5 * SECOND_MS

/** Codes that are tried until one is free. With ten thousand in use a code is taken once in two million times (DEV-18). */
const MOST_CODES = 5

/** What a program is called that does not say so. */
const UNNAMED = "command-line program"

/** How a program begins a CLI login. */
export const makeBegin = Effect.fnUntraced(function* (
  options: CliLoginOptions,
  tokenOptions: TokenOptions,
  clientOptions: ClientOptions
) {
  const { challenges } = yield* Store
  const throttle = yield* Throttle
  const credentials = yield* Credentials
  const randomBytes = yield* RandomBytes

  return Effect.fn("CliLogins.begin")(function* (wanted: CliLoginToBegin = {}) {
    if (!options.enabled) return yield* new CliLoginDisabled()
    const { client = unknownClient, canAskForNumber = false, result = options.result } = wanted
    if (result === "token" && !tokenOptions.enabled) return yield* new TokensDisabled()
    if (options.number === "always" && !canAskForNumber) return yield* new NumberNotSupported()
    const program = yield* orFail(readProgramName(wanted.program ?? UNNAMED))
    const scopes = yield* orFail(readScopes(wanted.scopes ?? [], "all", tokenOptions))
    const buckets = yield* throttle.attempt("cli-login", client)
    const now = yield* Clock.currentTimeMillis
    const id = ChallengeId(credentials.newId(now))
    const { secret, hash: secretHash } = credentials.mint("cli", id)
    const { interval, step } = wanted.pace ?? { interval: options.interval, step: SLOW_DOWN_MS }
    const hasNumber = canAskForNumber && options.number !== "never"

    const insert = (code: string) => {
      const expiresAt = now + options.lifetime
      const challenge: PendingChallenge = {
        state: "pending",
        userId: null,
        id,
        codeHash: hashUserCode(code),
        program,
        scopes,
        result,
        hasNumber,
        ...keptOf(client, clientOptions),
        createdAt: now,
        expiresAt,
        keptUntil: expiresAt + EXPIRED_KEPT_MS,
        pace: { interval, step, nextPollAt: now }
      }
      return Effect.as(challenges.insert({ challenge, secretHash }, options.mostOpen), code)
    }
    const insertNew = (tries: number): ReturnType<typeof insert> =>
      Effect.catchTag(insert(newUserCode(randomBytes)), "UserCodeTaken", (taken) =>
        tries > 1 ? insertNew(tries - 1) : Effect.fail(taken)
      )
    const code = yield* Effect.catchTag(
      throttle.orTakeBack(buckets, insertNew(MOST_CODES)),
      "UserCodeTaken",
      Effect.die
    )
    return {
      id,
      code,
      secret,
      expiresIn: options.lifetime,
      interval,
      hasNumber
    } satisfies BegunCliLogin
  })
})

/** A program's name follows the rule of a token's, for the token gets it. */
const readProgramName = (raw: string): Read<string, ProgramNameInvalid> => {
  const read = readTokenName(raw)
  return read.ok ? read : invalid(new ProgramNameInvalid({ problem: read.problem.problem }))
}
