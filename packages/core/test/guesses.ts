import type { Client } from "../src/audit/trace.ts"
import type { Auth } from "../src/auth/create-auth.ts"
import type { SecretText } from "../src/secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions } from "../src/testing/create-test-auth.ts"
import { emptyTables } from "../src/testing/memory-tables.ts"
import { countingHasher } from "./counting-hasher.ts"
import { ada, from } from "./people.ts"
import { storeOver } from "./store-around.ts"

/** Where the owner is, and where somebody else is. */
export const here = from("192.0.2.1")
export const there = from("198.51.100.7")

/** An application with ada, and what its store and its hasher were asked. */
export const withAda = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const { work, layer } = countingHasher()
  const made = await createTestAuth({ store: storeOver(tables), hasher: layer, ...options })
  const user = await made.auth.users.register(ada)
  return { ...made, tables, work, user }
}

interface Guess {
  readonly username?: string
  readonly password?: string
  readonly client?: Client
  readonly device?: SecretText | null
}

/** Tries to log in, and gives the outcome's name. */
export const attempt = (auth: Auth, guess: Guess = {}): Promise<string> => {
  const { username = "ada", password = "a wrong guess", client = here, device = null } = guess
  return auth.sessions.logIn({ username, password }, { client, device, kind: "browser" }).then(
    () => "in",
    (error: { readonly _tag: string }) => error._tag
  )
}

/** Runs as many at the same moment. */
export const times = <A>(count: number, run: (at: number) => Promise<A>): Promise<ReadonlyArray<A>> =>
  Promise.all(Array.from({ length: count }, (_, at) => run(at)))

/** How often each outcome came. */
export const tally = (outcomes: ReadonlyArray<string>) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(outcomes, (outcome) => outcome)).map(([key, all]) => [key, all?.length])
  )
