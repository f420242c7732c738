import type { AccessToken, Session, User } from "@latchkey/core"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { dayAndTime, jsonLine, plainText, table } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser } from "./find-user.ts"

/** So many sessions and tokens are shown, the newest. */
const MOST_SHOWN = 50

/** `latchkey-admin users show <user>`: a user, with their live sessions and tokens. */
export const showUser = (name: string, options: CommonOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const user = await findUser(auth, name)
    const sessions = await auth.sessions.list(user.id, { limit: MOST_SHOWN })
    const tokens = await auth.tokens.list(user.id, { limit: MOST_SHOWN })
    const { out, columns } = world.screen
    if (options.json) return out(jsonLine({ ...user, sessions, tokens }))
    await out(table(facts(user), columns))
    if (sessions.length > 0)
      await out(`\n${table([["SESSION", "LAST USED", "ENDS", "FROM"], ...sessions.map(sessionCells)], columns)}`)
    if (tokens.length > 0)
      await out(`\n${table([["TOKEN", "NAME", "LAST USED", "ENDS", "SCOPES"], ...tokens.map(tokenCells)], columns)}`)
    if (Math.max(sessions.length, tokens.length) === MOST_SHOWN)
      world.screen.err(`Only the newest ${MOST_SHOWN} of each are shown.\n`)
  })

const facts = (user: User): ReadonlyArray<ReadonlyArray<string>> => [
  ["Id", user.id],
  ["Username", plainText(user.username ?? "-")],
  [
    "Email",
    `${plainText(user.email ?? "-")}${user.email === null ? "" : user.isVerified ? " (verified)" : " (not verified)"}`
  ],
  ["State", user.isActive ? "active" : "not active"],
  ["Administrator", user.isSuperuser ? "yes" : "no"],
  ["Roles", plainText(user.roles.join(", ") || "-")],
  ["Must choose a password", user.mustChangePassword ? "yes" : "no"],
  ["Created", dayAndTime(user.createdAt)],
  ["Last log-in", user.lastLoginAt === null ? "never" : dayAndTime(user.lastLoginAt)]
]

const sessionCells = ({ id, lastSeenAt, expiresAt, idleExpiresAt, ip, userAgent }: Session) => [
  id,
  dayAndTime(lastSeenAt),
  dayAndTime(Math.min(expiresAt, idleExpiresAt)),
  plainText([ip, userAgent].filter((each) => each !== null).join(" ") || "-", 80)
]

const tokenCells = ({ id, name, lastUsedAt, expiresAt, scopes }: AccessToken) => [
  id,
  plainText(name, 40),
  lastUsedAt === null ? "never" : dayAndTime(lastUsedAt),
  expiresAt === null ? "never" : dayAndTime(expiresAt),
  plainText(scopes.join(" ") || "-", 80)
]
