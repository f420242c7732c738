import { ago, now } from "../page/sample.ts"
import type { SessionsView, SessionView } from "./view.ts"

const session = (id: string, rest: Partial<SessionView>): SessionView => ({
  id,
  isCurrent: false,
  kind: "browser",
  createdAt: ago(130),
  lastSeenAt: ago(4),
  ip: null,
  userAgent: null,
  impersonation: null,
  revokePath: `/sessions/${id}/revoke`,
  ...rest
})

export const sampleSessions: SessionsView = {
  sessions: [
    session("s1", {
      isCurrent: true,
      lastSeenAt: now,
      ip: "203.0.113.7",
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"
    }),
    session("s2", {
      createdAt: ago(4_000),
      lastSeenAt: ago(190),
      ip: "2001:db8:85a3::8a2e:370:7334",
      userAgent:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1"
    }),
    session("s3", { kind: "bearer", ip: "198.51.100.22", userAgent: "harbour-cli/2.1.0" })
  ],
  olderPath: "/profile/?before=1767225600000.s3#sessions",
  newestPath: null,
  revokeOthersPath: "/sessions/revoke-others",
  now
}

/** One in which an administrator acts in the user's place. */
export const actingSession = session("s4", { impersonation: { reason: "Ticket 481: the upload fails" } })
