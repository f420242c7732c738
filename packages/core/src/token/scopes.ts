/** Scopes that Latchkey itself asks for. A host that wants tokens to have one declares it among its own (PAT-04). */
export const ownScopes = {
  /** Make, rotate, list and revoke the user's tokens. */
  tokens: "latchkey:tokens",
  /** Change the user's names and password, and see and end their sessions. */
  credentials: "latchkey:credentials",
  /** Act as the administrator that the user is. */
  admin: "latchkey:admin"
} as const

/** What a credential may be used for, within what its user may do. */
export type Scopes = "all" | ReadonlyArray<string>

export const hasScope = (scopes: Scopes, wanted: string): boolean => scopes === "all" || scopes.includes(wanted)

/** Narrower than RFC 6749 §3.3: needs no quoting in a url, a header, a shell or a variable. */
const SCOPE = /^[A-Za-z0-9](?:[A-Za-z0-9:._/-]{0,62}[A-Za-z0-9])?$/

const known: ReadonlyArray<string> = Object.values(ownScopes)

/** Whether Latchkey itself asks for a scope of this name. */
export const isOwnScope = (scope: string): boolean => known.includes(scope)

/** Whether a host may declare a scope of this name. Names that begin with `latchkey:` are ours. */
export const isDeclarable = (scope: string): boolean =>
  SCOPE.test(scope) && (!scope.startsWith("latchkey:") || isOwnScope(scope))
