import type { Session } from "@latchkey/core"
import type { Texts } from "../texts/texts.ts"
import { agentText } from "./agent-text.ts"

/**
 * The name by which people recognise a session: "Firefox on Linux, 203.0.113.7". It consists of our own words and an address; the
 * page shows the client's text separately.
 */
export const sessionName = (
  { kind, userAgent, ip }: Pick<Session, "kind" | "userAgent" | "ip">,
  texts: Texts
): string => {
  const name = (userAgent === null ? null : agentText(userAgent, texts)) ?? texts.sessions.kinds[kind]
  return ip === null ? name : texts.sessions.nameAt(name, ip)
}
