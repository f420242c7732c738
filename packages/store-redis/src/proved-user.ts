import type { NewPassword, Proof } from "@latchkey/core/store"
import { fieldOfId } from "./keys.ts"
import { sessionTextLua } from "./session-text.ts"
import { userTextLua } from "./user-text.ts"
import { bit, count, jsonLine } from "./values.ts"

/** A proof as arguments of scripts. An empty one stands for none. */
export const proofAlone = ({ epoch, revocations }: Proof): ReadonlyArray<string> => [
  String(count(epoch)),
  revocations === null ? "" : String(count(revocations))
]

/** A proof and a new password as arguments of scripts. An empty one stands for none. */
export const proofArguments = (proof: Proof, password: NewPassword | undefined): ReadonlyArray<string> => [
  ...proofAlone(proof),
  password === undefined ? "" : jsonLine(password.hash),
  bit(password?.mustChangePassword ?? false),
  password === undefined || password.keep === null ? "" : fieldOfId(password.keep)
]

/** A copy of core's fitsProof and provedUser, in the pieces that scripts need: whether the proof fits, and what a new password does. */
export const provedUserLua = `
${userTextLua}
${sessionTextLua}
local function fits(user, epoch, revocations)
  if tonumber(user.epoch) ~= tonumber(epoch) then return false end
  return revocations == '' or tonumber(revocations_of(user)) == tonumber(revocations)
end

local function set_password(user, sessions, at, hash, must_change, keep)
  if hash == '' then return end
  local before = user.epoch
  user.passwordHash, user.mustChangePassword = hash, must_change
  end_credentials(user, at)
  if keep ~= '' then move_session(sessions, keep, before, user.epoch) end
end
`
