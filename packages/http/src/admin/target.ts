import { type Identity, parseUserId, type User, UserNotFound, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { Call } from "../surface/route.ts"

type Asked = Pick<Call<Identity, unknown>, "parameters">

/** The user whom an address is about; null if there is none. */
const findTarget = Effect.fnUntraced(function* ({ parameters }: Asked) {
  const users = yield* Users
  const id = parseUserId(parameters.id ?? "")
  return id === null ? null : yield* users.find(id)
})

/** The same, for what cannot be done without one. */
export const target = (call: Asked) =>
  Effect.flatMap(findTarget(call), (user) => (user === null ? new UserNotFound() : Effect.succeed<User>(user)))
