import * as Schema from "effect/Schema"

/** What opens a session for a program (RFC 6749 §5.1). */
export const BearerBody = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("bearer")
}).annotate({ identifier: "BearerToken" })
