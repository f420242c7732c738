import { admin, all, either, type Identity, type Policy, person, recently } from "@latchkey/core"
import { FRESH_WITHIN } from "../sessions/prove-self.ts"

/** A program with a token of its own. Of an administrator's, `admin` lets in those with the scope for it. */
const viaToken: Policy<Identity> = {
  name: "viaToken",
  judge: (identity) => (identity?.via === "token" ? null : { code: "session-required" })
}

/**
 * Who changes something about other users: administrators who logged in a short time ago, whatever
 * `profile.requireCurrentPassword` says, because whoever sits down at their unlocked screen reaches every account
 * (ADM-05). And programs with a token for it, which have no log-in.
 */
export const administers: Policy<Identity> = all(admin, either(viaToken, recently(FRESH_WITHIN)))

/** Who also makes somebody an administrator: no program, or whoever steals its token could outlive it (ADM-05). */
export const grantsRoles: Policy<Identity> = all(admin, person, recently(FRESH_WITHIN))
