/** What a scope may consist of (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/

export const isScope = (text: string): boolean => SCOPE.test(text)

/** The scopes in a text with blanks between; null if one of them cannot be a scope. */
export const readScopeText = (text: string): ReadonlyArray<string> | null => {
  const scopes = text.split(/\s+/).filter((scope) => scope !== "")
  return scopes.every(isScope) ? scopes : null
}
