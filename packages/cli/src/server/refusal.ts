import type { JsonObject } from "./exchange.ts"
import { plainText } from "./plain-text.ts"

/** The error in an answer (RFC 6749 §5.2), as it may be shown. */
export const refusalIn = (status: number, body: JsonObject): { code: string; description: string } => ({
  code: plainText(body.error, 60) || `http_${status}`,
  description: plainText(body.error_description, 300)
})
