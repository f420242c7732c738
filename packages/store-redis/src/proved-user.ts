import type { NewPassword, Proof } from "@latchkey/core/store"
import { fieldOfId } from "./keys.ts"
import { sessionTextLua } from "./session-text.ts"
import { userTextLua } from "./user-text.ts"
import { bit, count, jsonLine } from "./values.ts"

/** A proof and a new password as arguments of scripts. An empty one stands for none. */
export const proofArguments = (
  { epoch, revocations }: Proof,
  password: NewPassword | undefined
): ReadonlyArray<string> => [
  String(count(epoch)),
  revocations === null ? "" : String(count(revocations)),
  password === undefined ? "" : jsonLine(password.hash),
  bit(password?.mustChangePassword ?? false),
  password === undefined || password.keep === null ? "" : fieldOfId(password.keep)
]

/** A copy of core's provedUser, in the pieces that scripts need: whether the proof fits, and what a new password does. */
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
