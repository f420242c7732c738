import { argon2 } from "../password/legacy/argon2.ts"
import { bcrypt } from "../password/legacy/bcrypt.ts"
import type { LegacyKind } from "../password/legacy/legacy-kind.ts"
import { type Pbkdf2Digest, pbkdf2 } from "../password/legacy/pbkdf2.ts"
import { scrypt } from "../password/legacy/scrypt.ts"
import { ConfigurationError } from "./configuration-error.ts"

/** The variable that `legacyPasswordsFromEnv` reads, for `authSettingsFromEnv`, which refuses any that it does not know. */
export const legacyPasswordVariables = ["LATCHKEY_LEGACY_PASSWORDS"] as const

/**
 * The kinds of old hashes that the environment names: each with its costs, and a semicolon between two of them, as in
 * `bcrypt cost=12; pbkdf2 digest=sha256 iterations=600000`. None without the variable. Throws a `ConfigurationError` for what names no
 * kind. `createAuth` judges the costs.
 */
export const legacyPasswordsFromEnv = (env: Readonly<Record<string, string | undefined>>): ReadonlyArray<LegacyKind> =>
  (env.LATCHKEY_LEGACY_PASSWORDS ?? "")
    .split(";")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(readKind)

const readKind = (text: string): LegacyKind => {
  const [name = "", ...words] = text.split(/\s+/)
  const options = new Map(
    words.map((word): [string, string] => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)])
  )
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined
  if (form === undefined) throw refuse(`names "${name}": the kinds are ${Object.keys(forms).join(", ")}`)
  const wrong = [...options.keys()].find((option) => !form.options.includes(option))
  if (wrong !== undefined)
    throw refuse(`gives ${name} "${wrong}": it takes ${form.options.join(", ")}, as in "${form.example}"`)
  const missing = form.options.find((option) => !options.has(option))
  if (missing !== undefined && name !== "bcrypt") throw refuse(`gives ${name} no ${missing}, as in "${form.example}"`)
  return form.make((option) => Number(options.get(option)), options)
}

interface Form {
  readonly options: ReadonlyArray<string>
  readonly example: string
  readonly make: (numberOf: (option: string) => number, options: ReadonlyMap<string, string>) => LegacyKind
}

const forms: Readonly<Record<string, Form>> = {
  bcrypt: {
    options: ["cost"],
    example: "bcrypt cost=12",
    make: (numberOf, options) => bcrypt(options.has("cost") ? { cost: numberOf("cost") } : {})
  },
  pbkdf2: {
    options: ["digest", "iterations"],
    example: "pbkdf2 digest=sha256 iterations=600000",
    make: (numberOf, options) =>
      pbkdf2({ digest: options.get("digest") as Pbkdf2Digest, iterations: numberOf("iterations") }) // judged at start
  },
  scrypt: {
    options: ["cost", "blockSize", "parallelism"],
    example: "scrypt cost=16384 blockSize=16 parallelism=1",
    make: (numberOf) =>
      scrypt({ cost: numberOf("cost"), blockSize: numberOf("blockSize"), parallelism: numberOf("parallelism") })
  },
  argon2: {
    options: ["memory", "passes", "lanes"],
    example: "argon2 memory=65536 passes=3 lanes=4",
    make: (numberOf) => argon2({ memory: numberOf("memory"), passes: numberOf("passes"), lanes: numberOf("lanes") })
  }
}

const refuse = (problem: string) =>
  new ConfigurationError({ problems: [{ setting: "LATCHKEY_LEGACY_PASSWORDS", problem }] })
