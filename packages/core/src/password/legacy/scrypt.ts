import { constantTimeEqual } from "@oslojs/crypto/subtle"
import * as Effect from "effect/Effect"
import { type BytesForm, bytesOf } from "./encoded-bytes.ts"
import { type LegacyKind, legacyHasher } from "./legacy-kind.ts"
import { doublings } from "./missing-work.ts"

/** What most hashes cost. better-auth: 16384, 16, 1. */
export interface ScryptOptions {
  /** N, a power of two. passlib writes its logarithm: `ln=16` is 65536. */
  readonly cost: number
  /** r */
  readonly blockSize: number
  /** p, 16 at most. */
  readonly parallelism: number
}

interface ScryptHash extends ScryptOptions {
  readonly salt: Uint8Array
  readonly output: Uint8Array
  readonly formOf: (password: string) => string
}

/** Hashes of scrypt, as better-auth (`salt:key`), Django (`scrypt$`), passlib (`$scrypt$`) and werkzeug (`scrypt:`) write them. */
export const scrypt = (declared: ScryptOptions): LegacyKind => ({
  name: "scrypt",
  load: Effect.gen(function* () {
    if (!isAffordable(declared)) return yield* Effect.fail({ problem: OUT_OF_BOUNDS })
    const native = nativeScrypt()
    if (native === undefined) return yield* Effect.fail({ problem: NO_SCRYPT })
    return legacyHasher<ScryptHash>({
      read,
      isRight: async (hash, password) =>
        constantTimeEqual(await derive(native, hash, hash.formOf(password)), hash.output),
      missing: (hash) => stepsTo(declared, hash).map((cost) => decoy({ ...declared, cost }))
    })
  })
})

/** No hash may take more to verify (PWD-15). */
const MOST_MEMORY = 256 * 1024 * 1024
const MOST_PARALLELISM = 16

const isAffordable = ({ cost, blockSize, parallelism }: ScryptOptions): boolean =>
  [cost, blockSize, parallelism].every((number) => Number.isSafeInteger(number) && number >= 1) &&
  cost >= 2 &&
  Number.isInteger(Math.log2(cost)) &&
  Math.log2(cost) < 16 * blockSize && // RFC 7914
  parallelism <= MOST_PARALLELISM &&
  128 * blockSize * (cost + parallelism) <= MOST_MEMORY

const OUT_OF_BOUNDS = `has scrypt with parameters that are never verified: cost must be a power of two, parallelism ${MOST_PARALLELISM} at most, and 128 times cost times blockSize below ${MOST_MEMORY} bytes`
const NO_SCRYPT = "has scrypt, which this runtime lacks: it needs node:crypto"

/** One way to write a hash. */
interface Notation {
  readonly form: RegExp
  readonly salt: BytesForm
  readonly output: BytesForm
  /** Its parameters, if the text does not have them. */
  readonly always?: ScryptOptions
  /** What the text has in place of N. */
  readonly costOf?: (text: string) => number
  readonly formOf?: (password: string) => string
}

const NUMBER = String.raw`[1-9]\d{0,7}`

/** Each has one length of output: a shorter one is the beginning of a longer one, and part of a hash must not pass for it (PWD-16). */
const NOTATIONS: ReadonlyArray<Notation> = [
  {
    // better-auth takes the digits of the salt for the salt, and normalises the password.
    form: /^(?<salt>[0-9a-f]{32}):(?<output>[0-9a-f]{128})$/,
    salt: "text",
    output: "hexadecimal",
    always: { cost: 16_384, blockSize: 16, parallelism: 1 },
    formOf: (password) => password.normalize("NFKC")
  },
  {
    form: new RegExp(
      String.raw`^scrypt\$(?<cost>${NUMBER})\$(?<salt>[!-#%-~]{1,128})\$(?<size>${NUMBER})\$(?<lanes>${NUMBER})\$(?<output>[A-Za-z0-9+/]{86}={0,2})$`
    ),
    salt: "text",
    output: "base64"
  },
  {
    form: new RegExp(
      String.raw`^\$scrypt\$ln=(?<cost>[1-9]\d?),r=(?<size>${NUMBER}),p=(?<lanes>${NUMBER})\$(?<salt>[A-Za-z0-9+/]{0,171})\$(?<output>[A-Za-z0-9+/]{43})$`
    ),
    salt: "base64",
    output: "base64",
    costOf: (text) => 2 ** Number(text)
  },
  {
    form: new RegExp(
      String.raw`^scrypt:(?<cost>${NUMBER}):(?<size>${NUMBER}):(?<lanes>${NUMBER})\$(?<salt>[!-#%-~]{1,128})\$(?<output>[0-9a-f]{128})$`
    ),
    salt: "text",
    output: "hexadecimal"
  }
]

const read = (stored: string): ScryptHash | null => {
  for (const notation of NOTATIONS) {
    const groups = notation.form.exec(stored)?.groups
    if (groups !== undefined) return readAs(notation, groups)
  }
  return null
}

const readAs = (notation: Notation, groups: Readonly<Record<string, string>>): ScryptHash | null => {
  const { costOf = Number, formOf = (password: string) => password } = notation
  const parameters = notation.always ?? {
    cost: costOf(groups.cost ?? ""),
    blockSize: Number(groups.size),
    parallelism: Number(groups.lanes)
  }
  const salt = bytesOf(groups.salt ?? "", notation.salt)
  const output = bytesOf(groups.output ?? "", notation.output)
  if (salt === null || output === null || !isAffordable(parameters)) return null
  return { ...parameters, salt, output, formOf }
}

interface NativeOptions {
  readonly N: number
  readonly r: number
  readonly p: number
  readonly maxmem: number
}
type Done = (error: Error | null, key: Uint8Array) => void
type NativeScrypt = (password: string, salt: Uint8Array, length: number, options: NativeOptions, done: Done) => void

/** The runtime's own, in its thread pool. Asked for this way, as in `digest.ts`, it is no import that a bundler would follow. */
const nativeScrypt = (): NativeScrypt | undefined =>
  (
    globalThis as { process?: { getBuiltinModule?: (name: string) => { scrypt?: NativeScrypt } | undefined } }
  ).process?.getBuiltinModule?.("node:crypto")?.scrypt

const derive = (native: NativeScrypt, hash: ScryptHash, password: string): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const { cost: N, blockSize: r, parallelism: p, salt, output } = hash
    // OpenSSL needs a little more than the memory of the function itself.
    native(password, salt, output.length, { N, r, p, maxmem: 2 * MOST_MEMORY }, (error, key) =>
      error === null ? resolve(key) : reject(error)
    )
  })

/**
 * The values of N whose work together is what is missing. Twice N is twice the work, so a smaller N can be made up for exactly. Other
 * parameters cannot.
 */
const stepsTo = (declared: ScryptOptions, hash: ScryptHash | null): ReadonlyArray<number> => {
  if (hash === null) return [declared.cost]
  if (hash.blockSize !== declared.blockSize || hash.parallelism !== declared.parallelism) return []
  return doublings(Math.log2(hash.cost), Math.log2(declared.cost)).map((exponent) => 2 ** exponent)
}

/** Nobody would be let in by it: its result is never looked at. */
const decoy = (parameters: ScryptOptions): ScryptHash => ({
  ...parameters,
  salt: new Uint8Array(16),
  output: new Uint8Array(64),
  formOf: (password) => password
})
