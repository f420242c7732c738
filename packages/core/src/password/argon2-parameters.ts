/** The parameters of a stored argon2id hash (PHC string format). Memory in KiB. */
export interface Argon2Parameters {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** Bytes in base64 without padding, whole: what a column cut off cannot be verified, so it is no hash (PWD-16). */
const BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048])?"

/** Linear: every part has one alphabet and a bound. */
const FORM = new RegExp(
  String.raw`^\$argon2id\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})` +
    String.raw`\$(?=[^$]{11,171}\$)${BASE64}\$(?=[^$]{16,171}$)${BASE64}$`
)

/**
 * No stored hash may cost more than this to verify: a row that someone planted must not hold a thread for seconds
 * (PWD-15). 256 MiB, 20 passes, 16 lanes; the form bounds salt and output to 128 bytes.
 */
const CEILING: Argon2Parameters = { memory: 256 * 1024, passes: 20, lanes: 16 }

/** OWASP's floor for argon2id, each pair with one lane: less memory asks for more passes (ASVS 5.0 appendix C). */
const FLOORS: ReadonlyArray<Argon2Parameters> = [
  { memory: 47104, passes: 1, lanes: 1 },
  { memory: 19456, passes: 2, lanes: 1 },
  { memory: 12288, passes: 3, lanes: 1 }
]

/** Reads a stored argon2id hash; null when it is none, or would cost too much to verify. */
export const parseArgon2 = (stored: string): Argon2Parameters | null => {
  const match = FORM.exec(stored)
  if (match === null) return null
  const parameters = { memory: Number(match[1]), passes: Number(match[2]), lanes: Number(match[3]) }
  return isAffordable(parameters) ? parameters : null
}

const isAffordable = ({ memory, passes, lanes }: Argon2Parameters): boolean =>
  lanes >= 1 &&
  lanes <= CEILING.lanes &&
  passes >= 1 &&
  passes <= CEILING.passes &&
  memory >= 8 * lanes &&
  memory <= CEILING.memory

/** Whether new hashes may be made with these parameters: at or above a floor and below the ceiling (PWD-01). */
export const isStrongEnough = (parameters: Argon2Parameters): boolean =>
  isAffordable(parameters) &&
  FLOORS.some((floor) => parameters.memory >= floor.memory && parameters.passes >= floor.passes)
