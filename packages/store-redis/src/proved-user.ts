import type { NewPassword, Proof } from "@latchkey/core/store"
import { fieldOfId } from "./keys.ts"
import { sessionTextLua } from "./session-text.ts"
import { userTextLua } from "./user-text.ts"
import { bit, count, jsonLine } from "./values.ts"

/** A proof as arguments of scripts. An empty one stands for none; an address is JSON, as in a user's text. */
export const proofAlone = ({ epoch, revocations, canonicalEmail }: Proof): ReadonlyArray<string> => [
  String(count(epoch)),
  revocations === null ? "" : String(count(revocations)),
  canonicalEmail === undefined ? "" : jsonLine(canonicalEmail)
]

/** A new password as arguments of scripts. An empty one stands for no change; a hash is JSON, so that null takes it away. */
const passwordArguments = (password: NewPassword | undefined): ReadonlyArray<string> => [
  password === undefined ? "" : jsonLine(password.hash),
  bit(password?.mustChangePassword ?? false),
  password === undefined || password.keep === null ? "" : fieldOfId(password.keep)
]

/** What a change with a proof rests on and does, apart from the fields that it sets. */
export interface Proved {
  readonly proof: Proof
  readonly password: NewPassword | undefined
}

/** Six arguments of scripts. */
export const proofArguments = ({ proof, password }: Proved): ReadonlyArray<string> => {
  const [epoch = "", revocations = "", canonicalEmail = ""] = proofAlone(proof)
  return [epoch, revocations, ...passwordArguments(password), canonicalEmail]
}

/**
 * How a change that the directory takes part in is written down. In a cluster an older version may complete it, which knows the first
 * five arguments and would skip what the others ask for. It leaves a verb that it does not know to this version.
 */
export const provedChange = (
  proved: Proved
): { readonly verb: "prove" | "recover"; readonly args: ReadonlyArray<string> } => {
  const args = proofArguments(proved)
  const isForAnyVersion = proved.proof.canonicalEmail === undefined
  return isForAnyVersion ? { verb: "prove", args: args.slice(0, 5) } : { verb: "recover", args }
}

/** A copy of core's fitsProof and provedUser, in the pieces that scripts need: whether the proof fits, and what ends by the change. */
export const provedUserLua = `
${userTextLua}
${sessionTextLua}
local function fits(user, epoch, revocations, email)
  if tonumber(user.epoch) ~= tonumber(epoch) then return false end
  if email and email ~= '' and email ~= user.canonicalEmail then return false end
  return revocations == '' or tonumber(revocations_of(user)) == tonumber(revocations)
end

local function end_by_proof(user, sessions, at, hash, must_change, keep)
  if hash == '' then return end
  local before = user.epoch
  user.passwordHash, user.mustChangePassword = hash, must_change
  end_credentials(user, at)
  if keep ~= '' then move_session(sessions, keep, before, user.epoch) end
end
`
