import { reveal } from "../src/secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions } from "../src/testing/create-test-auth.ts"
import { emptyTables, type Tables } from "../src/testing/memory-tables.ts"
import { ownScopes } from "../src/token/scopes.ts"
import type { TokenMaker, TokenToIssue } from "../src/token/token-service.ts"
import { countingHasher } from "./counting-hasher.ts"
import { ada } from "./people.ts"
import type { Around } from "./store-around.ts"
import { storeAround } from "./store-around.ts"

/** The scopes of a host that has packages, and that lets tokens have ours. */
export const hostScopes = {
  "packages:read": "Download packages",
  "packages:write": "Upload packages",
  [ownScopes.tokens]: "Make tokens",
  [ownScopes.admin]: "Administer"
}

export interface TokenSceneOptions extends TestAuthOptions {
  /** Stands before the store's calls, which are written down before. */
  readonly around?: Around
  /** Shared with another server, when given. */
  readonly tables?: Tables
}

/** A server with scopes, and Ada, who may do all that she may. `asked` has the name of each store call since it was emptied. */
export const tokenScene = async (given: TokenSceneOptions = {}) => {
  const { around = (_, call) => call, tables = emptyTables(), tokens = {}, ...options } = given
  const asked: Array<string> = []
  const { work, layer: hasher } = countingHasher()
  const noted: Around = (operation, call) => {
    asked.push(operation)
    return around(operation, call)
  }
  const made = await createTestAuth({
    store: storeAround(noted, tables),
    hasher,
    tokens: { scopes: hostScopes, ...tokens },
    ...options
  })
  const known = [...tables.users.values()].find(({ user }) => user.username === ada.username)?.user
  const user = known ?? (await made.auth.users.register(ada))
  const maker: TokenMaker = { user, scopes: "all" }
  const issue = async (wanted: Partial<TokenToIssue> = {}) => {
    const { token, secret } = await made.auth.tokens.issue(maker, { name: "runner", ...wanted })
    return { token, secret: reveal(secret) }
  }
  asked.length = 0
  Object.assign(work, { hashes: 0, verifies: 0 })
  return { ...made, tables, asked, work, user, maker, issue }
}

/** All that a memory store holds, as text. */
export const dumpOf = (tables: Tables): string =>
  JSON.stringify(tables, (_, value) => (value instanceof Map ? [...value] : value))

/** The name of the failure that a promise rejects with, or what it gives. */
export const tagOf = <A>(pending: Promise<A>): Promise<A | string> =>
  pending.catch((error: { readonly _tag: string }) => error._tag)
