import type { WireAnswer } from "@latchkey/conformance/adapter"
import { ada } from "@latchkey/conformance/adapter"
import { type Auth, PasswordHasher } from "@latchkey/core"
import { plainHasher } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { openSite, type Site } from "./site.ts"
import { type RuledStore, ruledStore } from "./stores.ts"

/** Every scope that Latchkey knows, and two of the host's own. */
export const scopes = {
  "packages:read": "Download packages",
  "packages:write": "Upload packages",
  "latchkey:tokens": "Make and revoke tokens",
  "latchkey:credentials": "Change the password",
  "latchkey:admin": "Administer"
} as const

/** A site with ada and with scopes for tokens, on a store that tells what it was asked. */
export interface TokenSite extends Site {
  readonly user: Awaited<ReturnType<Auth["users"]["create"]>>
  readonly ruled: RuledStore
  /** How often a password was compared with a hash. */
  readonly verifications: () => number
}

export const openTokenSite = async (
  { tokens, ...options }: Parameters<typeof openSite>[0] = {},
  surfaceOptions: Parameters<typeof openSite>[1] = {}
): Promise<TokenSite> => {
  const ruled = ruledStore()
  const { hasher, counts } = countingHasher()
  const site = await openSite({ store: ruled.store, hasher, ...options, tokens: { scopes, ...tokens } }, surfaceOptions)
  const user = await site.auth.users.create({ ...ada, email: "ada@example.org" })
  return { ...site, user, ruled, verifications: () => counts.verify }
}

const countingHasher = () => {
  const counts = { verify: 0 }
  const hasher = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      verify: (stored: string, password: string) =>
        Effect.suspend(() => {
          counts.verify++
          return plain.verify(stored, password)
        })
    }))
  ).pipe(Layer.provide(plainHasher))
  return { counts, hasher }
}

export const bodyOf = (answer: WireAnswer) => JSON.parse(answer.body)

/** A problem's status and code. */
export const problemIn = (answer: WireAnswer) => [answer.status, bodyOf(answer).code]

/** A 422's status and the fields that it names. */
export const fieldsIn = (answer: WireAnswer) => [
  answer.status,
  bodyOf(answer).detail.map(({ loc }: { readonly loc: ReadonlyArray<string> }) => loc.slice(0, 2).join("."))
]

/** The text of a page, without its markup. */
export const textOf = ({ body }: WireAnswer): string => body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")

/** The secrets of tokens that stand in an answer. */
export const secretsIn = (answer: WireAnswer): ReadonlyArray<string> =>
  Array.from(`${JSON.stringify(answer.headers)}${answer.body}`.matchAll(/lk_pat_\w+/g), ([secret]) => secret)
