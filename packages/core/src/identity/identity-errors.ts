import * as Data from "effect/Data"

/** How the rejected credential was sent. */
export type PresentedAs = "bearer" | "basic" | "cookie" | "other"

/** A credential was sent and rejected: unknown, expired, sent over the wrong transport, or ambiguous. HTTP answers 401. */
export class CredentialInvalid extends Data.TaggedError("CredentialInvalid")<{ readonly presentedAs: PresentedAs }> {
  override get message(): string {
    return "the credential is not valid"
  }
}

/** The Authorization header does not hold exactly one credential (HDR-01). HTTP answers 400. */
export class CredentialMalformed extends Data.TaggedError("CredentialMalformed") {
  override get message(): string {
    return "the Authorization header is malformed"
  }
}
