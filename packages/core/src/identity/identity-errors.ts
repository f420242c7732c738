import * as Data from "effect/Data"

/** How the credential came that opens nothing. */
export type PresentedAs = "bearer" | "basic" | "cookie" | "other"

/** A credential was sent and opens nothing: unknown, ended, of another transport, or ambiguous. HTTP answers 401. */
export class CredentialInvalid extends Data.TaggedError("CredentialInvalid")<{ readonly presentedAs: PresentedAs }> {
  override get message(): string {
    return "the credential is not valid"
  }
}

/** The Authorization header is not one credential: two of them, or none at all in it (HDR-01). HTTP answers 400. */
export class CredentialMalformed extends Data.TaggedError("CredentialMalformed") {
  override get message(): string {
    return "the Authorization header is malformed"
  }
}
