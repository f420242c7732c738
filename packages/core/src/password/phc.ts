import { type Argon2Parameters, isAffordable } from "./argon2-parameters.ts"

/** Bytes in base64 without padding, complete: a hash that a column cut off cannot be verified (PWD-16). */
export const BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048])?"

/** Linear: every part has one alphabet and a bound. It limits salt and output to 128 bytes each. */
const formOf = (variety: string): RegExp =>
  new RegExp(
    String.raw`^\$${variety}\$v=19\$m=([1-9]\d{0,9}),t=([1-9]\d{0,9}),p=([1-9]\d{0,2})` +
      String.raw`\$(?=[^$]{11,171}\$)${BASE64}\$(?=[^$]{16,171}$)${BASE64}$`
  )

const OURS = formOf("argon2id")
const ANY = formOf("argon2(?:id|i|d)")

/** The parameters of a stored argon2id hash (PHC string format); null when it is not one, or would cost too much to verify. */
export const parseArgon2 = (stored: string): Argon2Parameters | null => parametersIn(OURS, stored)

/** The same for argon2id, argon2i and argon2d: an old system may have used any of them. */
export const parseAnyArgon2 = (stored: string): Argon2Parameters | null => parametersIn(ANY, stored)

const parametersIn = (form: RegExp, stored: string): Argon2Parameters | null => {
  const match = form.exec(stored)
  if (match === null) return null
  const parameters = { memory: Number(match[1]), passes: Number(match[2]), lanes: Number(match[3]) }
  return isAffordable(parameters) ? parameters : null
}
