/** What a hash costs. Memory in KiB. */
export interface Argon2Parameters {
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** RFC 9106 and OWASP: 19 MiB, two passes, one lane; about ten milliseconds of one core. */
export const DEFAULT_ARGON2: Argon2Parameters = { memory: 19456, passes: 2, lanes: 1 }

/** OWASP's floor for argon2id, each pair with one lane: less memory asks for more passes (ASVS 5.0 appendix C). */
const FLOORS: ReadonlyArray<Argon2Parameters> = [
  { memory: 47104, passes: 1, lanes: 1 },
  { memory: 19456, passes: 2, lanes: 1 },
  { memory: 12288, passes: 3, lanes: 1 }
]

/** Less memory is below every floor. */
export const LEAST_ARGON2_MEMORY = Math.min(...FLOORS.map(({ memory }) => memory))

/**
 * No hash may cost more than this to make or to verify: a row that someone planted must not hold a thread for seconds
 * (PWD-15). 256 MiB, 20 passes, 16 lanes.
 */
export const MOST_ARGON2: Argon2Parameters = { memory: 256 * 1024, passes: 20, lanes: 16 }

export const isAffordable = ({ memory, passes, lanes }: Argon2Parameters): boolean =>
  lanes >= 1 &&
  lanes <= MOST_ARGON2.lanes &&
  passes >= 1 &&
  passes <= MOST_ARGON2.passes &&
  memory >= 8 * lanes &&
  memory <= MOST_ARGON2.memory

/** Whether new hashes may be made with these parameters: at or above a floor, and not above the most (PWD-01). */
export const isStrongEnough = (parameters: Argon2Parameters): boolean =>
  isAffordable(parameters) &&
  FLOORS.some((floor) => parameters.memory >= floor.memory && parameters.passes >= floor.passes)

/** The bounds of `isStrongEnough`, for messages to the host. */
export const ARGON2_BOUNDS = `OWASP's floor is ${FLOORS.map(({ memory, passes }) => `m=${memory},t=${passes}`).join(" or ")}; the most is m=${MOST_ARGON2.memory},t=${MOST_ARGON2.passes},p=${MOST_ARGON2.lanes}`
