import { either, evenPending, type Identity, ownScopes, type Policy, scope } from "@latchkey/core"

/** Anybody but a program with a token. */
const person: Policy<Identity> = {
  name: "person",
  judge: (identity) => {
    if (identity === null || !identity.user.isActive) return { code: "unauthorized" }
    return identity.via === "token" ? { code: "session-required" } : null
  }
}

/**
 * Who may change their password: people, also those who must (PWD-25), and programs with a token for it. A token of somebody who
 * must change it is refused like everywhere.
 */
export const ownPassword: Policy<Identity> = either(
  evenPending(person, "password-change"),
  scope(ownScopes.credentials)
)
