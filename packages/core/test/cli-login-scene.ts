import * as Effect from "effect/Effect"
import type { ChallengeId } from "../src/cli-login/challenge.ts"
import type { CliLoginToBegin, CliLoginToCollect } from "../src/cli-login/cli-login-service.ts"
import { reveal } from "../src/secret/secret-text.ts"
import type { UserId } from "../src/secret/user-id.ts"
import { createTestAuth, type TestAuthOptions } from "../src/testing/create-test-auth.ts"
import { emptyTables, type Tables } from "../src/testing/memory-tables.ts"
import { ada as adaToBe, newPassword } from "./people.ts"
import { type Around, storeAround } from "./store-around.ts"

/** Where the program runs, and the browser of the user who approves it. */
export const terminal = { ip: "203.0.113.5", userAgent: "acme/1.0" }
export const browser = { ip: "192.0.2.1", userAgent: "Mozilla/5.0" }

export const hostScopes = { "packages:read": "Download packages", "packages:write": "Upload packages" }

/** Lets others run before each store call, so that those who come at one moment meet between any two of them. */
export const interleaved: Around = (_, call) => Effect.andThen(Effect.yieldNow, call)

export interface CliLoginSceneOptions extends TestAuthOptions {
  /** Stands before the store's calls, which are written down before. */
  readonly around?: Around
  /** Shared with another server, when given. */
  readonly tables?: Tables
}

/** A program that waits, as it knows itself. */
export interface Waiting {
  readonly id: ChallengeId
  readonly code: string
  readonly secret: string
}

/** A server with Ada and Bob, who are verified. `asked` has the name of each store call since it was emptied. */
export const cliLoginScene = async (given: CliLoginSceneOptions = {}) => {
  const { around = (_, call) => call, tables = emptyTables(), tokens = {}, ...options } = given
  const asked: Array<string> = []
  const noted: Around = (operation, call) => {
    asked.push(operation)
    return around(operation, call)
  }
  const made = await createTestAuth({
    store: storeAround(noted, tables),
    tokens: { scopes: hostScopes, ...tokens },
    ...options
  })
  const { cliLogins, users, sessions } = made.auth
  const personOf = async (username: string, email: string, password: string) => {
    const known = [...tables.users.values()].find(({ user }) => user.username === username)?.user
    return known ?? (await users.create({ username, email, password, isVerified: true }))
  }
  const ada = await personOf(adaToBe.username, adaToBe.email, adaToBe.password)
  const bob = await personOf("bob", "bob@example.org", newPassword)

  const begin = async (wanted: CliLoginToBegin = {}) => {
    const begun = await cliLogins.begin({ program: "acme", client: terminal, ...wanted })
    return { ...begun, secret: reveal(begun.secret) }
  }
  const claimed = async (wanted: CliLoginToBegin = {}) => {
    const begun = await begin(wanted)
    await cliLogins.lookUp({ user: ada }, begun.code, browser)
    return begun
  }
  const approved = async (wanted: CliLoginToBegin = {}) => {
    const begun = await claimed(wanted)
    const { number } = await cliLogins.approve({ user: ada }, begun.id, browser)
    return { ...begun, number: number === null ? "" : reveal(number) }
  }
  const collect = ({ secret }: Pick<Waiting, "secret">, more: Partial<CliLoginToCollect> = {}) =>
    cliLogins.collect({ secret, client: terminal, ...more })

  /** How many tokens and sessions open something for a user now. */
  const liveOf = async (id: UserId) => (await made.auth.tokens.list(id)).length + (await sessions.list(id)).length

  /** A challenge as the store has it. */
  const storedOf = ({ id }: Pick<Waiting, "id">) => tables.challenges.get(id)?.challenge ?? null

  asked.length = 0
  return { ...made, tables, asked, ada, bob, begin, claimed, approved, collect, liveOf, storedOf }
}

export type CliLoginScene = Awaited<ReturnType<typeof cliLoginScene>>
