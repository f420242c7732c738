import { answered, believed } from "../server/answered.ts"
import { formOf, type Link } from "../server/exchange.ts"
import type { Metadata } from "../server/metadata.ts"
import { refusalIn } from "../server/refusal.ts"
import { NotAnAuthorizationServer, RequestRefused } from "../server/server-errors.ts"
import { type DeviceCode, readDeviceCode } from "./device-code.ts"

/** Asks for a code (RFC 8628 §3.1). `canAsk`: the program can ask its user for the number that the page shows. */
export const beginLogin = async (
  link: Link,
  metadata: Metadata,
  { client, scopes }: { readonly client: string; readonly scopes?: ReadonlyArray<string> },
  canAsk: boolean
): Promise<DeviceCode> => {
  const server = metadata.issuer
  const form = formOf({
    client_id: client,
    scope: scopes?.join(" ") || undefined,
    confirmation: canAsk ? "number" : undefined
  })
  const answer = believed(await answered(link, server, metadata.deviceAuthorizationEndpoint, form), server)
  if (answer.status !== 200) throw new RequestRefused({ server, ...refusalIn(answer.status, answer.body) })
  const code = readDeviceCode(answer.body, server)
  if (typeof code === "string") throw new NotAnAuthorizationServer({ server, reason: code })
  return code
}
