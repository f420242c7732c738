import { answered, believed } from "../server/answered.ts"
import { connect } from "../server/connection.ts"
import type { JsonObject } from "../server/exchange.ts"
import { plainText } from "../server/plain-text.ts"
import { refusalIn } from "../server/refusal.ts"
import { NotAnAuthorizationServer, RequestRefused } from "../server/server-errors.ts"
import { TokenRejected } from "../tokens/token-errors.ts"
import type { TokenRequest } from "./token-request.ts"

/** Whom a token is for. The text is safe to print: it has no control characters. */
export interface Account {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
}

/**
 * Asks a Latchkey server whom a token is for, and so whether it still works. Fails with `TokenRejected` if it does not,
 * or with `ServerAddressInvalid`, `ServerUnreachable`, `NotAnAuthorizationServer`, `RequestRefused` or `Aborted`.
 */
export const whoAmI = async (request: TokenRequest): Promise<Account> => {
  const { link, metadata } = await connect(request)
  const server = metadata.issuer
  if (metadata.userEndpoint === null)
    throw new NotAnAuthorizationServer({ server, reason: "it cannot tell whom a token is for." })
  const init = { headers: { Authorization: `Bearer ${request.token}` } }
  const answer = await answered(link, server, metadata.userEndpoint, init)
  if (answer.status === 401) throw new TokenRejected({ server })
  const { status, body } = believed(answer, server)
  if (status !== 200) throw new RequestRefused({ server, ...refusalIn(status, body) })
  return readAccount(body)
}

const readAccount = ({ id, username, email }: JsonObject): Account => ({
  id: plainText(id, 100),
  username: plainText(username, 100) || null,
  email: plainText(email, 320) || null
})
