import { type Auth, type IssuedToken, reveal, type TokenToIssue } from "@latchkey/core"
import { testAdmin } from "@latchkey/core/testing"

/** A person, with the name and password to log in with. */
export interface Person {
  readonly username: string
  readonly password: string
}

/** An ordinary user. */
export const ada: Person = { username: "ada", password: "seven quiet herons at dusk" }

export const root: Person = testAdmin

/** Registers ada. */
export const registerAda = (auth: Auth) => auth.users.register(ada)

/** The Cookie header of a browser in which a person has logged in. */
export const browserOf = async (auth: Auth, person: Person = ada): Promise<string> =>
  `latchkey_session=${await secretOf(auth, person, "browser")}`

/** The Authorization header of a program that has logged in as a person. */
export const programOf = async (auth: Auth, person: Person = ada): Promise<string> =>
  `Bearer ${await secretOf(auth, person, "bearer")}`

/** A personal access token of a person: its record and its text. Without scopes by default. */
export const tokenOf = async (
  auth: Auth,
  wanted: Partial<TokenToIssue> = {},
  person: Person = ada
): Promise<{ readonly token: IssuedToken["token"]; readonly text: string }> => {
  const { items } = await auth.users.list({ query: person.username })
  const user = items.find(({ username }) => username === person.username)
  if (user === undefined) throw new Error(`There is no user ${person.username}.`)
  const { token, secret } = await auth.tokens.issue({ user, scopes: "all" }, { name: "Nightly build", ...wanted })
  return { token, text: reveal(secret) }
}

/** The credential of name and password, as Basic sends it. */
export const basicOf = (user: string, password: string): string =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))}`

const secretOf = async (auth: Auth, person: Person, kind: "browser" | "bearer"): Promise<string> => {
  const { secret } = await auth.sessions.logIn(person, { kind })
  return reveal(secret)
}

/** The headers that a browser sends when a person follows a link or opens an address. */
export const navigation = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "sec-fetch-mode": "navigate" } as const
