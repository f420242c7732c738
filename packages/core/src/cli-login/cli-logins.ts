import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Audit } from "../audit/audit.ts"
import type { ClientOptions } from "../audit/trace.ts"
import type { Credentials } from "../secret/credentials.ts"
import type { Sessions } from "../session/sessions.ts"
import { Store } from "../store/store.ts"
import type { Throttle } from "../throttle/throttle.ts"
import type { TokenOptions } from "../token/token-rules.ts"
import type { Tokens } from "../token/tokens.ts"
import { pageLimit } from "../vocabulary/page.ts"
import { makeBegin } from "./begin-cli-login.ts"
import { toldChallenge } from "./challenge.ts"
import type { CliLoginOptions, CliLoginService } from "./cli-login-service.ts"
import { makeCollect } from "./collect-cli-login.ts"
import { makeDecisions } from "./decide-cli-login.ts"

/** Programs that log in through a browser. */
export class CliLogins extends Context.Service<CliLogins, CliLoginService>()("@latchkey/core/CliLogins") {
  static readonly layer = (
    options: CliLoginOptions,
    tokens: TokenOptions,
    client: ClientOptions
  ): Layer.Layer<CliLogins, never, Store | Audit | Throttle | Credentials | Tokens | Sessions> =>
    Layer.effect(CliLogins, makeCliLogins(options, tokens, client))
}

const makeCliLogins = Effect.fnUntraced(function* (
  options: CliLoginOptions,
  tokens: TokenOptions,
  client: ClientOptions
) {
  const { challenges } = yield* Store
  return CliLogins.of({
    begin: yield* makeBegin(options, tokens, client),
    ...(yield* makeDecisions(options, tokens)),
    collect: yield* makeCollect(options, tokens),
    list: (userId, { after = null, limit } = {}) =>
      Effect.map(challenges.list(userId, { after, limit: pageLimit(limit) }), (list) => list.map(toldChallenge))
  })
})
