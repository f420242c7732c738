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
    const { screen } = world
    const rows: Array<ReadonlyArray<string>> = [HEAD]
    let left = options.limit ?? 50
    for (let after: UserPlace | null = null; left > 0; ) {
      const page: UserPage = await auth.users.list({
        filter,
        after,
        limit: Math.min(left, MOST_PER_PAGE),
        ...(options.query === undefined ? {} : { query: options.query })
      })
      left -= page.items.length
      // As they come: a list for a program may be longer than memory.
      if (options.json) await screen.out(page.items.map(jsonLine).join(""))
      else rows.push(...page.items.map(cells))
      if (page.next === null) break
      after = page.next
    }
    if (!options.json) await screen.out(table(rows, screen.columns))
  })

const MOST_PER_PAGE = 500

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
