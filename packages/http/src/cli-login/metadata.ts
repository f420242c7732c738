import { SignedTokens } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { showSigningKeys } from "../sessions/signing-keys.ts"
import { json, reply } from "../surface/answer.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import { RouteProblem } from "../surface/problem.ts"
import { plainProblem } from "../surface/problems.ts"
import { type Route, route } from "../surface/route.ts"
import { showMe } from "../users/routes.ts"
import { authorizeDevice } from "./device-authorization.ts"
import { oauth } from "./groups.ts"
import { revokeHeld } from "./revocation.ts"
import { DEVICE_GRANT, grantToken } from "./token-endpoint.ts"

const MetadataBody = Schema.Struct({
  issuer: Schema.String,
  device_authorization_endpoint: Schema.String,
  token_endpoint: Schema.String,
  revocation_endpoint: Schema.String,
  grant_types_supported: Schema.Array(Schema.String),
  response_types_supported: Schema.Array(Schema.String),
  token_endpoint_auth_methods_supported: Schema.Array(Schema.String),
  revocation_endpoint_auth_methods_supported: Schema.Array(Schema.String),
  scopes_supported: Schema.Array(Schema.String),
  /** Where the keys of signed tokens are; absent where there are none that others may have. */
  jwks_uri: Schema.optionalKey(Schema.String),
  /** Ours: who a token's user is. Absent where the host has left these routes out. */
  latchkey_user_endpoint: Schema.optionalKey(Schema.String)
})

/**
 * Where programs find the rest (RFC 8414). With a path in `publicUrl`, the document is below that path: a proxy that takes the path off
 * leads nothing here of what lies at the root of the host.
 */
export const showMetadata: Route = route({
  method: "GET",
  path: "/.well-known/oauth-authorization-server",
  group: oauth,
  isFixed: true,
  onlyIn: "session",
  isStatic: true,
  refusals: "problems",
  summary: "The addresses for programs that log in by OAuth 2.0 (RFC 8414)",
  policy: null,
  outcomes: [
    { status: 200, about: "The addresses, and what the server supports", schema: MetadataBody },
    { status: 404, about: "CLI logins are turned off" }
  ],
  handle: Effect.fnUntraced(function* (_call, { places, publicUrl, settings }) {
    if (!settings.cliLogin.enabled) return yield* Effect.fail(new RouteProblem(plainProblem.notFound))
    const hasKeys = (yield* SignedTokens)?.publicKeys != null && places.serves(showSigningKeys)
    const addressOf = (endpoint: Endpoint): string => `${publicUrl.origin}${places.linkTo(endpoint)}`
    return reply(
      json({
        issuer: `${publicUrl.origin}${places.prefix}`,
        device_authorization_endpoint: addressOf(authorizeDevice),
        token_endpoint: addressOf(grantToken),
        revocation_endpoint: addressOf(revokeHeld),
        grant_types_supported: [DEVICE_GRANT],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ["none"],
        revocation_endpoint_auth_methods_supported: ["none"],
        scopes_supported: Object.keys(settings.tokens.scopes),
        ...(hasKeys ? { jwks_uri: addressOf(showSigningKeys) } : {}),
        ...(places.serves(showMe) ? { latchkey_user_endpoint: addressOf(showMe) } : {})
      } satisfies typeof MetadataBody.Type)
    )
  })
})
