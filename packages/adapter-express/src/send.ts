import type { ServerResponse } from "node:http"
import { contentHeaders, mergedVary, securityHeadersOf } from "@latchkey/http"

/** Sends an answer of Latchkey's, with its own security headers whatever middleware set before or sets after (CSR-14). */
export const send = async (res: ServerResponse, response: Response): Promise<void> => {
  const body = Buffer.from(await response.arrayBuffer())
  if (res.headersSent) return // the host has already answered, for example after a time limit
  res.statusCode = response.status
  for (const name of contentHeaders) res.removeHeader(name)
  const earlierVary = res.getHeader("vary")
  for (const [name, value] of response.headers) {
    if (name === "set-cookie") res.appendHeader(name, value)
    else if (name === "vary")
      res.setHeader(name, mergedVary(earlierVary === undefined ? null : String(earlierVary), value))
    else res.setHeader(name, value)
  }
  pin(res, securityHeadersOf(response))
  res.end(body)
}

/** From here on these headers stay. Middleware such as `on-headers` sets its own when the head is written, after us. */
const pin = (res: ServerResponse, headers: ReadonlyMap<string, string>): void => {
  const { setHeader, appendHeader, removeHeader } = res
  const isPinned = (name: string): boolean => headers.has(name.toLowerCase())
  res.setHeader = (name, value) => (isPinned(name) ? res : setHeader.call(res, name, value))
  res.appendHeader = (name, value) => (isPinned(name) ? res : appendHeader.call(res, name, value))
  res.removeHeader = (name) => {
    if (!isPinned(name)) removeHeader.call(res, name)
  }
}
