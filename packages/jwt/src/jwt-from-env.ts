import { ConfigurationError, type SettingProblem, type Settings, SignedTokens } from "@latchkey/core"
import * as Layer from "effect/Layer"
import { jwt } from "./jwt.ts"
import type { JwtOptions, OldTokens, SigningKey } from "./jwt-options.ts"

/** The variables that `jwtFromEnv` reads, for `authSettingsFromEnv`, which refuses any that it does not know. */
export const jwtVariables = [
  "LATCHKEY_JWT_KEYS",
  "LATCHKEY_JWT_ISSUER",
  "LATCHKEY_JWT_AUDIENCE",
  "LATCHKEY_JWT_STATELESS",
  "LATCHKEY_JWT_OLD_KEY",
  "LATCHKEY_JWT_OLD_RESET_KEY",
  "LATCHKEY_JWT_OLD_VERIFY_KEY",
  "LATCHKEY_JWT_OLD_UNTIL",
  "LATCHKEY_JWT_OLD_SOURCE"
] as const

type Variable = (typeof jwtVariables)[number]

/**
 * The signed tokens that the environment asks for: undefined without `LATCHKEY_JWT_KEYS`. That is one secret for HS256, or a JSON list of
 * keys as the option `keys` has them. Throws a `ConfigurationError` for text that cannot be; what is wrong with the keys themselves is
 * told at start.
 */
export const jwtFromEnv = (
  env: Readonly<Record<string, string | undefined>>
): Layer.Layer<SignedTokens, ConfigurationError, Settings> | undefined => {
  const of = (name: Variable): string | undefined => env[name] || undefined
  const keys = of("LATCHKEY_JWT_KEYS")
  if (keys === undefined) {
    const alone = jwtVariables.find((name) => of(name) !== undefined)
    if (alone !== undefined) throw refuse(alone, "does nothing alone: set LATCHKEY_JWT_KEYS too")
    return undefined
  }
  const [issuer, audience, oldTokens] = [of("LATCHKEY_JWT_ISSUER"), of("LATCHKEY_JWT_AUDIENCE"), oldTokensOf(of)]
  const options: JwtOptions = {
    keys: readKeys(keys),
    stateless: readFlag("LATCHKEY_JWT_STATELESS", of("LATCHKEY_JWT_STATELESS")),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience: readAudience(audience) }),
    ...(oldTokens === undefined ? {} : { oldTokens })
  }
  return Layer.catchTag(jwt(options), "ConfigurationError", ({ problems }) =>
    Layer.effect(SignedTokens, new ConfigurationError({ problems: problems.map(asWritten) }))
  )
}

/** Without a bracket in front it is a secret: base64 and hexadecimal have none. */
const readKeys = (text: string): ReadonlyArray<SigningKey> => {
  if (!text.trimStart().startsWith("[")) return [{ algorithm: "HS256", key: text }]
  try {
    return JSON.parse(text)
  } catch {
    // The error of JSON.parse quotes the text, which is secret.
    throw refuse("LATCHKEY_JWT_KEYS", 'must be one secret, or a JSON list such as [{"algorithm":"HS256","key":"…"}]')
  }
}

/** A list where there is a comma, and where it is in brackets, so that a list of one can be told from a text. */
const readAudience = (text: string): string | ReadonlyArray<string> => {
  const inner = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : null
  return inner === null && !text.includes(",") ? text : (inner ?? text).split(",").map((each) => each.trim())
}

const readFlag = (name: Variable, text: string | undefined): boolean => {
  if (text === undefined || text === "false") return false
  if (text === "true") return true
  throw refuse(name, "must be true or false")
}

const oldTokensOf = (of: (name: Variable) => string | undefined): OldTokens | undefined => {
  const key = of("LATCHKEY_JWT_OLD_KEY")
  const [until, source] = [of("LATCHKEY_JWT_OLD_UNTIL"), of("LATCHKEY_JWT_OLD_SOURCE")]
  const [resetKey, verifyKey] = [of("LATCHKEY_JWT_OLD_RESET_KEY"), of("LATCHKEY_JWT_OLD_VERIFY_KEY")]
  if (key === undefined) {
    const isAlone = [until, source, resetKey, verifyKey].some((each) => each !== undefined)
    if (isAlone) throw refuse("LATCHKEY_JWT_OLD_KEY", "must be set along with the other LATCHKEY_JWT_OLD_ variables")
    return undefined
  }
  if (until === undefined)
    throw refuse("LATCHKEY_JWT_OLD_UNTIL", "must be set along with LATCHKEY_JWT_OLD_KEY, to a date such as 2027-01-31")
  return {
    key,
    until,
    ...(source === undefined ? {} : { source }),
    ...(resetKey === undefined ? {} : { resetKey }),
    ...(verifyKey === undefined ? {} : { verifyKey })
  }
}

/** The variable of each option, so that a problem names what the operator wrote. */
const variables: ReadonlyArray<readonly [start: string, variable: Variable]> = [
  ["accessTokens.keys", "LATCHKEY_JWT_KEYS"],
  ["accessTokens.issuer", "LATCHKEY_JWT_ISSUER"],
  ["accessTokens.audience", "LATCHKEY_JWT_AUDIENCE"],
  ["accessTokens.oldTokens.key", "LATCHKEY_JWT_OLD_KEY"],
  ["accessTokens.oldTokens.resetKey", "LATCHKEY_JWT_OLD_RESET_KEY"],
  ["accessTokens.oldTokens.verifyKey", "LATCHKEY_JWT_OLD_VERIFY_KEY"],
  ["accessTokens.oldTokens.until", "LATCHKEY_JWT_OLD_UNTIL"]
]

const asWritten = ({ setting, problem }: SettingProblem): SettingProblem => {
  const [start, variable] = variables.find(([path]) => setting.startsWith(path)) ?? ["", setting]
  return { setting: start === "" ? variable : variable + setting.slice(start.length), problem }
}

const refuse = (setting: string, problem: string) => new ConfigurationError({ problems: [{ setting, problem }] })
