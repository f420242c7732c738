import { throwIfAway } from "../server/discover.ts"
import { exchange, formOf } from "../server/exchange.ts"
import { refusalIn } from "../server/refusal.ts"
import { NotAnAuthorizationServer, RequestRefused } from "../server/server-errors.ts"
import { serverOf, type TokenRequest } from "./token-request.ts"

/**
 * Ends a token at its server (RFC 7009). A token that has ended before is no failure. Fails with `ServerUnreachable`,
 * `ServerAddressInvalid`, `NotAnAuthorizationServer`, `RequestRefused` or `Aborted`: the token may then still work.
 */
export const revokeToken = async (request: TokenRequest): Promise<void> => {
  const { link, metadata } = await serverOf(request)
  const server = metadata.issuer
  if (metadata.revocationEndpoint === null)
    throw new NotAnAuthorizationServer({ server, reason: "programs cannot end their tokens there." })
  const answer = await exchange(link, metadata.revocationEndpoint, formOf({ token: request.token }))
  throwIfAway(answer, server)
  // RFC 7009 §2.2: the status says it all; the body may be anything.
  if (answer.kind === "failed" || answer.status === 200) return
  const body = answer.kind === "json" ? answer.body : {}
  throw new RequestRefused({ server, ...refusalIn(answer.status, body) })
}
