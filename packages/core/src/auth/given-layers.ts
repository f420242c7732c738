import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { SignedTokens } from "../secret/signed-tokens.ts"
import { ConfigurationError, type SettingProblem } from "../settings/configuration-error.ts"
import { Store, type StoreLayer } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { storeGap } from "../store/store-verbs.ts"
import { untilClosed } from "../store/until-closed.ts"
import { NO_ACCESS_TOKENS, NO_STORE } from "./code-problems.ts"

/** The store, whole, and no longer than this Auth is open. */
export const storeIn = (layer: StoreLayer): Layer.Layer<Store, StoreError | ConfigurationError> =>
  Layer.effect(
    Store,
    Effect.flatMap(serviceIn(layer, Store, { setting: "store", problem: NO_STORE }), (store) => {
      const gap = storeGap(store)
      return gap === null ? untilClosed(store) : refused({ setting: "store", problem: gap })
    })
  )

/** The signed tokens that the host asks for, or none. */
export const signedTokensIn = <Needs>(
  layer: Layer.Layer<SignedTokens, ConfigurationError, Needs> | undefined
): Layer.Layer<SignedTokens, ConfigurationError, Needs> =>
  layer === undefined
    ? Layer.succeed(SignedTokens, null)
    : Layer.effect(SignedTokens, serviceIn(layer, SignedTokens, { setting: "accessTokens", problem: NO_ACCESS_TOKENS }))

/** A layer of something else passes for the right one until it is built. */
export const serviceIn = <Id, Service, Problem, Needs>(
  layer: Layer.Layer<Id, Problem, Needs>,
  key: Context.Key<Id, Service>,
  mistake: SettingProblem
) =>
  Effect.flatMap(Layer.build(layer), (built) =>
    Option.match(Context.getOption(built, key), {
      onNone: () => refused({ ...mistake, given: "a Layer of something else" }),
      onSome: Effect.succeed
    })
  )

const refused = (problem: SettingProblem) => Effect.fail(new ConfigurationError({ problems: [problem] }))
