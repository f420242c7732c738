import { createHmac, type KeyObject, sign } from "node:crypto"
import { type Auth, type Identity, reveal, type SecretText, StoreError, type User } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { createTestAuth, emptyTables, memoryStoreOver, type Tables, type TestAuthOptions } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { onTestFinished } from "vitest"
import { jwt } from "../src/jwt.ts"
import type { JwtOptions } from "../src/jwt-options.ts"

export const ada = { username: "ada", email: "ada@example.org", password: "seven wet umbrellas" } as const
export const newPassword = "eleven dry parasols"

export const SECRET = "q0zJ3mT8vKc5WnXr2LhYbUe7GdSaPfNi4MoRtEyQ"
export const OTHER_SECRET = "Zk7Pw2RbN9xTq4LmC6vJh8Yd3FsGa5UeK1oXiWtB"

export const hs256 = { algorithm: "HS256", key: SECRET } as const

/** Where the manual clock stands at first, in seconds. */
export const START = 1_767_225_600

export interface SceneOptions extends TestAuthOptions {
  /** Shared with another server, when given. */
  readonly tables?: Tables
}

/** An `Auth` with signed tokens and ada, on a clock that stands still. `asked` has the names of the store's calls. */
export const openScene = async (
  options: Partial<JwtOptions> = {},
  { tables = emptyTables(), ...more }: SceneOptions = {}
) => {
  const asked: Array<string> = []
  const switches = { isDown: false }
  const { auth, clock } = await createTestAuth({
    store: Layer.succeed(Store, watched(memoryStoreOver(tables), asked, switches)),
    accessTokens: jwt({ keys: [hs256], ...options }),
    ...more
  })
  onTestFinished(() => auth.close())
  const known = [...tables.users.values()].find((row) => row.user.username === ada.username)?.user
  const user = known ?? asImported(tables, await auth.users.register(ada))
  return { auth, clock, tables, asked, switches, user, ...callsOn(auth, asked) }
}

/** As if ada and the administrator had been imported: tokens of the system before open nobody else's account. */
const asImported = (tables: Tables, user: User): User => {
  for (const [id, row] of tables.users) tables.users.set(id, { ...row, user: { ...row.user, epoch: 0 } })
  return { ...user, epoch: 0 }
}

export type Scene = Awaited<ReturnType<typeof openScene>>

const callsOn = (auth: Auth, asked: Array<string>) => ({
  /** Who a bearer token belongs to; null for nobody. */
  who: (text: SecretText): Promise<Identity | null> =>
    auth.identify({ authorization: `Bearer ${reveal(text)}`, sessionCookie: null }).catch((error) => {
      if (error._tag !== "CredentialInvalid") throw error
      return null
    }),
  /** The calls of the store that some work takes. */
  callsOf: async (work: () => Promise<unknown>) => {
    asked.length = 0
    await work()
    return [...asked]
  }
})

type Verb = (...args: ReadonlyArray<unknown>) => Effect.Effect<unknown, StoreError>

/** The same store, which notes what it is asked, and can be switched off. */
const watched = <Whole extends object>(
  whole: Whole,
  asked: Array<string>,
  switches: { readonly isDown: boolean },
  path = ""
): Whole =>
  Object.fromEntries(
    Object.entries(whole).map(([name, verb]: [string, Verb | object]) => {
      if (Effect.isEffect(verb)) return [name, verb]
      if (typeof verb !== "function") return [name, watched(verb, asked, switches, `${name}.`)]
      const noted: Verb = (...args) => {
        asked.push(path + name)
        return switches.isDown
          ? Effect.fail(new StoreError({ operation: name, cause: "switched off" }))
          : (verb as Verb)(...args)
      }
      return [name, noted]
    })
  ) as Whole // the same verbs under the same names

/** Puts fields into a user's row, as an import would. */
export const setRow = (tables: Tables, { id }: Pick<User, "id">, passwordHash: string | null): void => {
  const row = tables.users.get(id)
  if (row !== undefined) tables.users.set(id, { ...row, passwordHash })
}

const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")

/** A token with this header and these claims, signed with a secret, by nothing of ours and nothing of jose. */
export const forge = (header: unknown, claims: unknown, secret = SECRET): string => {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`
}

/** The same with a private key. */
export const forgeWithKey = (header: unknown, claims: unknown, key: KeyObject): string => {
  const signed = `${part(header)}.${part(claims)}`
  const algorithm = key.asymmetricKeyType === "ed25519" ? null : "sha256"
  return `${signed}.${sign(algorithm, Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`
}

type Claims = Readonly<Record<string, unknown>>

export interface Parts {
  readonly header: Claims
  readonly claims: Claims
}

/** What a token says, without looking at its signature. */
export const partsOf = (text: SecretText): Parts => {
  const [header, claims] = reveal(text).split(".")
  const read = (each: string | undefined) => JSON.parse(Buffer.from(each ?? "", "base64url").toString())
  return { header: read(header), claims: read(claims) }
}
