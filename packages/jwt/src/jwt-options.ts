import type { SecretText } from "@latchkey/core"

/** A key that signs and verifies alike: whoever has it can sign. */
export interface SecretKey {
  readonly algorithm: "HS256"
  /** At least 32 bytes that nobody can guess, such as the output of `openssl rand -base64 48`. Text counts as its UTF-8 bytes. */
  readonly key: SecretText
  /** Names the key in each token. Default: digits of a digest of the key. */
  readonly kid?: string
}

/** A private key that signs, and its public half, which anybody may verify with. */
export interface KeyPair {
  /** Ed25519, or ECDSA on P-256. */
  readonly algorithm: "EdDSA" | "ES256"
  /** PKCS #8 in PEM, as `openssl genpkey` writes it, or a JWK. A key that only verifies may be the public one (SPKI in PEM, or a JWK). */
  readonly key: SecretText | PrivateJwk
  /** Names the key in each token. Default: the `kid` of the JWK, or its thumbprint (RFC 7638). */
  readonly kid?: string
}

/** A key as RFC 7517 writes it. */
export type PrivateJwk = Readonly<Record<string, unknown>> & { readonly kty: string }

export type SigningKey = SecretKey | KeyPair

/** The tokens and links that a system on fastapi-users made before us, and for how long they go on. */
export interface OldTokens {
  /** The secret of its JWT strategy. */
  readonly key: SecretText
  /** The secret of its links for a new password; without it, they open nothing here. */
  readonly resetKey?: SecretText
  /** The secret of its links that verify an address; without it, they open nothing here. */
  readonly verifyKey?: SecretText
  /** Until when they go on: a date, or text such as `2027-01-31` or `2027-01-31T12:00:00Z`. At most a year from the start. */
  readonly until: Date | string
  /** The name of the system by which its users were imported, if their ids there are no UUIDs, such as numbers. */
  readonly source?: string
  /** The audience of its tokens; default `fastapi-users:auth`. */
  readonly audience?: string
}

export interface JwtOptions {
  /** The first key signs; all of them verify. At most three: to change keys, put the new one in front and leave the old one for a while. */
  readonly keys: ReadonlyArray<SigningKey>
  /** Who makes the tokens: the claim `iss`. Default `publicUrl`. */
  readonly issuer?: string
  /** Whom the tokens are for: the claim `aud`, which must be exactly this. Default: the issuer. */
  readonly audience?: string | ReadonlyArray<string>
  /**
   * Whether tokens go without a session in the store. Default false. Then to log out ends nothing on the server, and no list shows them.
   * The user's row is still read with each request.
   */
  readonly stateless?: boolean
  /** Accepts what the system before us made. Default: nothing of it. */
  readonly oldTokens?: OldTokens
}

/** The audience of tokens of fastapi-users: for other services, and clients, that look for it. */
export const fastapiUsersAudience: ReadonlyArray<string> = ["fastapi-users:auth"]
