import * as Layer from "effect/Layer"
import { wrongHooks } from "../hook/hook-names.ts"
import { type SettingProblem, UNKNOWN_SETTING } from "../settings/configuration-error.ts"
import { isObjectOfOptions, isPlainObject, wordsFor } from "../vocabulary/options-given.ts"

/** The options that are code, as JavaScript may give them. */
interface GivenCode {
  readonly store: unknown
  readonly hasher: unknown
  readonly accessTokens: unknown
  readonly mailer: { readonly send?: unknown } | null
  readonly hooks: unknown
  readonly onEvent: unknown
}

export const NO_STORE = 'must be a store, such as sqliteStore("app.db")'
export const NO_HASHER = "must be a Layer of PasswordHasher, such as argon2Hasher({ … })"
export const NO_ACCESS_TOKENS = "must be what jwt({ keys }) of @latchkey/jwt gives, or undefined"
const NO_MAILER = "must be an object with the function send, such as what smtpMailer({ … }) gives"
const NO_FUNCTION = "must be a function"

/** What holds no options lacks a store too, and that alone would send whoever forgot an `await` to the wrong place. */
export const argumentProblems = (options: unknown): ReadonlyArray<SettingProblem> =>
  options === undefined || isObjectOfOptions(options)
    ? []
    : [{ setting: "the first argument", problem: "must be an object of options", given: wordsFor(options) }]

/** What is wrong with the options that are code, as far as a look at them tells. */
export const codeProblems = ({
  store,
  hasher,
  accessTokens,
  mailer,
  hooks,
  onEvent
}: GivenCode): ReadonlyArray<SettingProblem> => [
  ...storeProblems(store),
  ...(hasher === undefined ? [] : layerProblems("hasher", NO_HASHER, hasher)),
  ...(accessTokens === undefined ? [] : layerProblems("accessTokens", NO_ACCESS_TOKENS, accessTokens)),
  // Without this, what is no mailer would fail each mail, long after the start.
  ...(mailer === null || typeof mailer.send === "function"
    ? []
    : [{ setting: "mailer", problem: NO_MAILER, ...(!isPlainObject(mailer) && { given: wordsFor(mailer) }) }]),
  ...hookProblems(hooks),
  ...(onEvent === undefined || typeof onEvent === "function" ? [] : [{ setting: "onEvent", problem: NO_FUNCTION }])
]

/** JavaScript may give the path of a store, or the function that makes one. */
const storeProblems = (store: unknown): ReadonlyArray<SettingProblem> =>
  typeof store === "function"
    ? [{ setting: "store", problem: `${NO_STORE}: call ${store.name || "the function"}, and give what it returns` }]
    : layerProblems("store", NO_STORE, store)

const layerProblems = (setting: string, problem: string, given: unknown): ReadonlyArray<SettingProblem> =>
  Layer.isLayer(given) ? [] : [{ setting, problem, given: wordsFor(given) }]

/** A misspelt hook would never run, and nobody would notice (EVT-07). */
const hookProblems = (hooks: unknown): ReadonlyArray<SettingProblem> =>
  isPlainObject(hooks)
    ? wrongHooks(hooks).map(({ name, isKnown }) => ({
        setting: `hooks.${name}`,
        problem: isKnown ? NO_FUNCTION : UNKNOWN_SETTING
      }))
    : [{ setting: "hooks", problem: "must be an object of functions", given: wordsForHooks(hooks) }]

/** A class has methods and fields besides, and nobody could tell which of them is a misspelt hook. */
const wordsForHooks = (hooks: unknown): string => {
  const words = wordsFor(hooks)
  return words === "object"
    ? "an object of a class: write { afterLogin: (happened) => … }, with functions that may call it"
    : words
}
