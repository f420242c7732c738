import { isLoopback } from "./contradictions.ts"

/** The one of the quick starts, and what most applications run on. Its cookies keep the plain name. */
const USUAL_PORT = 3_000

/**
 * From here on systems hand out ports at random, to whoever asks for any. Each start has another one, so with a name for each the
 * cookies of a year would pile up in the browser, until it drops some and servers refuse the rest as too long a header.
 */
const FIRST_RANDOM_PORT = 32_768

/**
 * The session cookie's name where none is given: the plain one, or with the port. Browsers send a cookie to every port of a host. On a
 * developer's machine two applications are two ports of one host, and with one name they would log each other out.
 */
export const defaultCookieName = (plain: string, publicUrl: string | null): string => {
  if (publicUrl === null) return plain
  const { hostname, port, protocol } = new URL(publicUrl)
  const number = Number(port || (protocol === "https:" ? 443 : 80))
  const isPlain = !isLoopback(hostname) || number === USUAL_PORT || number >= FIRST_RANDOM_PORT
  return isPlain ? plain : `${plain}_${number}`
}
