import type { PasswordIdentity, Policy, SessionIdentity } from "@latchkey/core"

/**
 * Whoever has a session, or sent their password along. Not a program with a token of its own: what it may do for its user ends
 * before their personal data and their account.
 */
export const withoutToken: Policy<SessionIdentity | PasswordIdentity> = {
  name: "withoutToken",
  judge: (identity) => {
    if (identity === null || !identity.user.isActive) return { code: "unauthorized" }
    return identity.via === "token" ? { code: "session-required" } : null
  }
}
