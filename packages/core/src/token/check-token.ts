import * as Effect from "effect/Effect"
import { hashSecret } from "../secret/credential.ts"
import { Credentials } from "../secret/credentials.ts"
import { reveal } from "../secret/secret-text.ts"
import { type FoundToken, Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { parseAccountName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import { isTokenLive } from "./access-token.ts"
import { makeUseNotes } from "./note-use.ts"
import type { TokenOptions } from "./token-rules.ts"
import type { TokenService } from "./token-service.ts"

/** What a token of another system may look like: RFC 6750 §2.1, padding only at the end, and too long to be guessed. */
const FOREIGN_TOKEN = /^[A-Za-z0-9._~+/-]{16,256}={0,2}$/

const nothing = Effect.succeed(null)

/** Finds what a secret opens. Every request with a token comes through here: no generator, no span, one store call. */
export const makeTokenCheck = Effect.fnUntraced(function* (options: Pick<TokenOptions, "enabled" | "acceptImported">) {
  const store = yield* Store
  const credentials = yield* Credentials
  const uses = makeUseNotes(store.tokens, yield* Effect.scope)

  const judge = (found: FoundToken | null, name: string | undefined): Effect.Effect<FoundToken | null> =>
    found === null
      ? nothing
      : Effect.clockWith((clock) => {
          const now = clock.currentTimeMillisUnsafe()
          if (!isTokenLive(found.token, found.user, now)) return nothing
          if (name !== undefined && !isNameOf(found.user, name)) return nothing
          return uses.isDue(found.token, now) ? Effect.as(uses.note(found.token, now), found) : Effect.succeed(found)
        })

  /** The text of an imported token names no owner, so it takes a second call. Junk that looks like one costs the first. */
  const checkImported = (text: string, name: string | undefined): Effect.Effect<FoundToken | null, StoreError> => {
    const hash = hashSecret(text)
    return Effect.flatMap(store.tokens.ownerOf(hash), (owner) =>
      owner === null ? nothing : Effect.flatMap(store.lookupToken(owner, hash), (found) => judge(found, name))
    )
  }

  const check: TokenService["check"] = (secret, name) => {
    if (!options.enabled) return nothing
    const text = reveal(secret)
    const parsed = credentials.parse(text)
    if (parsed?.kind === "pat") {
      return Effect.flatMap(store.lookupToken(parsed.owner, parsed.hash), (found) => judge(found, name))
    }
    const mayBeForeign = options.acceptImported && credentials.kindOf(text) === null && FOREIGN_TOKEN.test(text)
    return mayBeForeign ? checkImported(text, name) : nothing
  }
  return check
})

/** Whether a name that was typed is the user's own, in any spelling that logs them in. */
const isNameOf = ({ username, email }: User, typed: string): boolean => {
  const name = parseAccountName(typed)
  const own = name?.kind === "email" ? email : username
  return name !== null && own !== null && parseAccountName(own)?.canonical === name.canonical
}
