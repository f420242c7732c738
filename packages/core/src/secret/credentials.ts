import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type CredentialFormat, type CredentialKind, credentialFormat, type MintedCredential } from "./credential.ts"
import { RandomBytes } from "./random.ts"
import { newUserId, type UserId } from "./user-id.ts"
import { uuidV7 } from "./uuid.ts"

/** Mints and parses credentials in one text form, and makes ids: everything that needs random bytes. */
export class Credentials extends Context.Service<
  Credentials,
  {
    /** `owner` is the id of the user, or that of the challenge for `cli`. */
    readonly mint: (kind: CredentialKind, owner: string | null) => MintedCredential
    readonly parse: CredentialFormat["parse"]
    readonly kindOf: CredentialFormat["kindOf"]
    /** A new id that sorts by time; an id is never a secret. */
    readonly newId: (now: number) => string
    readonly newUserId: (now: number) => UserId
  }
>()("@latchkey/core/Credentials") {
  /** `prefix` brands the credentials of one product: `acme` makes `acme_ses_…`. */
  static readonly layer = (prefix: string): Layer.Layer<Credentials> =>
    Layer.effect(
      Credentials,
      Effect.gen(function* () {
        const randomBytes = yield* RandomBytes
        const format = credentialFormat(prefix)
        return {
          mint: (kind, owner) => format.mint(kind, owner, randomBytes),
          parse: format.parse,
          kindOf: format.kindOf,
          newId: (now) => uuidV7(now, randomBytes(16)),
          newUserId: (now) => newUserId(now, randomBytes(16))
        }
      })
    )
}
