import { type Identity, parseUserId, type User, UserNotFound, Users } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { type Reply, redirect, reply } from "../surface/answer.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

type Asked = Pick<Call<Identity, unknown>, "parameters">

/** The user whom an address is about; null if there is none. */
export const findTarget = Effect.fnUntraced(function* ({ parameters }: Asked) {
  const users = yield* Users
  const id = parseUserId(parameters.id ?? "")
  return id === null ? null : yield* users.find(id)
})

/** The same, for what cannot be done without one. */
export const target = (call: Asked) =>
  Effect.flatMap(findTarget(call), (user) => (user === null ? new UserNotFound() : Effect.succeed<User>(user)))

/** A browser is told on the list that a user is gone. A program gets 404. */
export const userIsGone = (
  { wantsPage }: Pick<Call<Identity, unknown>, "wantsPage">,
  { site }: SurfaceContext,
  done: "user-gone" | "user-deleted" = "user-gone"
): Effect.Effect<Reply, UserNotFound> =>
  wantsPage ? Effect.succeed(reply(redirect(`${site.paths.admin}?done=${done}`))) : Effect.fail(new UserNotFound())

/** What is asked about a user who is not there, or no longer, leads a browser back to the list. */
export const orUserIsGone = <E extends { readonly _tag: string }, R>(
  attempt: Effect.Effect<Reply, E | UserNotFound, R>,
  call: Pick<Call<Identity, unknown>, "wantsPage">,
  context: SurfaceContext
) =>
  Effect.catchIf(
    attempt,
    (error): error is UserNotFound => error._tag === "UserNotFound",
    () => userIsGone(call, context)
  )
