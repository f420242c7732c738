import * as Effect from "effect/Effect"
import type { Client } from "../audit/trace.ts"
import { Throttle } from "../throttle/throttle.ts"
import { type AccountName, parseAccountName } from "./account-name.ts"
import type { User } from "./user.ts"

/** The names that a change of a user asks for. */
interface WantedNames {
  readonly username?: AccountName
  readonly email?: AccountName
}

/**
 * Counts a change that users make to their own names. To ask for a name is to learn whether somebody has it, as at registration
 * (ENU-07, RAT-13). A change that asks for no other login is not counted.
 */
export const makeCountedNames = Effect.fnUntraced(function* () {
  const throttle = yield* Throttle
  return <A, E extends { readonly _tag: string }>(
    user: User,
    wanted: WantedNames,
    client: Client,
    changing: Effect.Effect<A, E>
  ) =>
    asksForName(user, wanted)
      ? Effect.flatMap(throttle.attempt("change-name", client, user.id), (counted) =>
          throttle.orTakeBack(counted, changing)
        )
      : changing
})

const asksForName = (user: User, { username, email }: WantedNames): boolean =>
  isOther(username, user.username) || isOther(email, user.email)

const isOther = (wanted: AccountName | undefined, own: string | null): boolean =>
  wanted !== undefined && wanted.canonical !== (own === null ? null : parseAccountName(own)?.canonical)
