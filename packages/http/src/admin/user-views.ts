import type { User } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { addedFacts } from "../surface/administration.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import type { Texts } from "../texts/texts.ts"
import type { AdminUserView } from "./view.ts"

/** The name by which people know a user. Every user has one of the first two. */
export const nameOf = ({ username, email, id }: Pick<User, "username" | "email" | "id">): string =>
  username ?? email ?? id

/** The page of a user, which stands below the list of all of them, and a place or a notice of it by the end of its address. */
export const userPath = ({ site }: Pick<SurfaceContext, "site">, id: string, end = ""): string =>
  `${site.paths.admin}/${encodeURIComponent(id)}${end}`

/** Users as the pages show them, with what the host adds. */
export const userViews = Effect.fnUntraced(function* (
  users: ReadonlyArray<User>,
  context: SurfaceContext,
  texts: Texts
) {
  const added = yield* addedFacts(context.administration, users, texts)
  return users.map(
    (user, at): AdminUserView => ({
      id: user.id,
      username: user.username,
      email: user.email,
      isActive: user.isActive,
      isSuperuser: user.isSuperuser,
      isVerified: user.isVerified,
      mustChangePassword: user.mustChangePassword,
      roles: user.roles,
      createdAt: user.createdAt,
      lastLoginAt: user.lastLoginAt,
      added: added[at] ?? [],
      path: userPath(context, user.id)
    })
  )
})
