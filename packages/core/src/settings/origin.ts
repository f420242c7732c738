/** What pages send `null` for, or what no page has. */
const WITHOUT_ORIGIN = /^(?:about|blob|data|file|ftp|javascript|wss?):$/

/** One scheme and one host, and nothing after it but a slash. A `*` would look as if it stood for many hosts. */
const FORM = /^[a-z][a-z0-9+.-]*:\/\/([^\s/\\?#@*]+)\/?$/i

/**
 * An origin as browsers send it, or null. Any scheme has one: those of apps and extensions, such as `capacitor://localhost`, are not
 * the web's, so that `URL.origin` does not know them. Only a host as it is written counts there.
 */
export const readOrigin = (input: string): string | null => {
  const host = FORM.exec(input)?.[1]
  if (host === undefined || !URL.canParse(input)) return null
  const url = new URL(input)
  if (WITHOUT_ORIGIN.test(url.protocol)) return null
  if (/^https?:$/.test(url.protocol)) return url.origin
  return url.host === host ? `${url.protocol}//${host}` : null
}
