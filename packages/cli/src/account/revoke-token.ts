import { answered } from "../server/answered.ts"
import { connect } from "../server/connection.ts"
import { formOf } from "../server/exchange.ts"
import { refusalIn } from "../server/refusal.ts"
import { NotAnAuthorizationServer, RequestRefused } from "../server/server-errors.ts"
import type { TokenRequest } from "./token-request.ts"

/**
 * Ends a token at its server (RFC 7009). A token that has ended before is no failure. Fails with `ServerUnreachable`,
 * `ServerAddressInvalid`, `NotAnAuthorizationServer`, `RequestRefused` or `Aborted`: the token may then still work.
 */
export const revokeToken = async (request: TokenRequest): Promise<void> => {
  const { link, metadata } = await connect(request)
  const server = metadata.issuer
  if (metadata.revocationEndpoint === null)
    throw new NotAnAuthorizationServer({ server, reason: "programs cannot end their tokens there." })
  const answer = await answered(link, server, metadata.revocationEndpoint, formOf({ token: request.token }))
  // RFC 7009 §2.2: the status says it all; the body may be anything.
  if (answer.status === 200) return
  const body = answer.kind === "json" ? answer.body : {}
  throw new RequestRefused({ server, ...refusalIn(answer.status, body) })
}
