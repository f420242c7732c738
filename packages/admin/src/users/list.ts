import type { User, UserFilter, UserPage, UserPlace } from "@latchkey/core"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { dayAndTime, jsonLine, plainText, table } from "../command/words.ts"
import type { World } from "../command/world.ts"

export interface ListOptions extends CommonOptions {
  readonly query?: string
  readonly superusers?: boolean
  readonly inactive?: boolean
  readonly limit?: number
}

/** `latchkey-admin users list`: newest first. */
export const listUsers = (options: ListOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const filter: UserFilter = {
      ...(options.superusers ? { isSuperuser: true } : {}),
      ...(options.inactive ? { isActive: false } : {})
    }
    const users: Array<User> = []
    const most = options.limit ?? 50
    for (let after: UserPlace | null = null; users.length < most; ) {
      const page: UserPage = await auth.users.list({
        filter,
        after,
        limit: most - users.length,
        ...(options.query === undefined ? {} : { query: options.query })
      })
      users.push(...page.items)
      if (page.next === null) break
      after = page.next
    }
    if (options.json) for (const user of users) await world.screen.out(jsonLine(user))
    else await world.screen.out(table([HEAD, ...users.map(cells)], world.screen.columns))
  })

const HEAD = ["ID", "USERNAME", "EMAIL", "STATE", "LAST LOG-IN"]

const cells = (user: User): ReadonlyArray<string> => [
  user.id,
  plainText(user.username ?? "-", 40),
  plainText(user.email ?? "-", 60),
  [
    user.isActive ? "active" : "inactive",
    ...(user.isSuperuser ? ["superuser"] : []),
    ...(user.isVerified ? ["verified"] : [])
  ].join(", "),
  user.lastLoginAt === null ? "never" : dayAndTime(user.lastLoginAt)
]
