import { either, evenPending, type Identity, ownScopes, type Policy, person, scope } from "@latchkey/core"

/**
 * Who may change their password: people, also those who must (PWD-25), and programs with a token for it. A token of
 * somebody who must change it is refused like everywhere.
 */
export const ownPassword: Policy<Identity> = either(
  evenPending(person, "password-change"),
  scope(ownScopes.credentials)
)
