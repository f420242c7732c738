import { type AccessToken, type Auth, SessionId, SignedTokens, TokenId, type User } from "@latchkey/core"
import * as Context from "effect/Context"
import { CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { byOperator } from "../command/operator.ts"
import { counted, jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser, nameOf } from "../users/find-user.ts"

export interface RevokeOptions extends CommonOptions {
  readonly sessions?: boolean
  readonly tokens?: boolean
  readonly session?: string
  readonly token?: string
}

/** `latchkey-admin revoke <user>`: ends sessions and tokens of a user, at once. */
export const revoke = (name: string, options: RevokeOptions, world: World): Promise<void> => {
  const { sessions = false, tokens = false, session, token } = options
  const wanted = [sessions, tokens, session !== undefined, token !== undefined].filter(Boolean).length
  if (wanted > 1) throw usage("Say one of --sessions, --tokens, --session and --token, or none to end everything.")
  return withAuth(options, world, async ({ auth }) => {
    const user = await findUser(auth, name)
    const signed = signedTokens(auth, options, world)
    if (sessions && signed?.isStateless)
      throw usage("The server makes stateless tokens, which end only with all else of a user: leave --sessions out.")
    const ended = await end(auth, user, options)
    if (options.json) return world.screen.out(jsonLine({ user: user.id, ...ended }))
    const isSignedEnded = signed !== null && ended.sessions !== undefined && session === undefined
    const uncounted = isSignedEnded ? ", and all signed tokens without a session, which nobody can count" : ""
    world.screen.err(`${plainText(nameOf(user))}: ${wordsOf(ended)} ended${uncounted}.\n`)
  })
}

/** What the server makes. Its variables tell it: a command opens the store without them, so that a wrong key does not keep anybody in. */
const signedTokens = (
  { context }: Auth,
  { config }: RevokeOptions,
  { env }: World
): { readonly isStateless: boolean } | null => {
  if (config !== undefined) return Context.get(context, SignedTokens)
  return env.LATCHKEY_JWT_KEYS ? { isStateless: env.LATCHKEY_JWT_STATELESS === "true" } : null
}

interface Ended {
  readonly sessions?: number
  readonly tokens?: number
}

const wordsOf = ({ sessions, tokens }: Ended): string =>
  [
    ...(sessions === undefined ? [] : [counted(sessions, "session")]),
    ...(tokens === undefined ? [] : [counted(tokens, "token")])
  ].join(" and ")

const asAdmin = { ...byOperator, as: "admin" } as const

const end = async (auth: Auth, { id }: User, options: RevokeOptions): Promise<Ended> => {
  if (options.session !== undefined) {
    const isEnded = await auth.sessions.close({ owner: id, id: SessionId(options.session) }, asAdmin)
    return isEnded ? { sessions: 1 } : missing("session")
  }
  if (options.token !== undefined) {
    const isEnded = await auth.tokens.revoke({ owner: id, id: TokenId(options.token) }, asAdmin)
    return isEnded ? { tokens: 1 } : missing("token")
  }
  if (options.tokens) return { tokens: await auth.tokens.revokeAllOf(id, asAdmin) }
  if (options.sessions) return { sessions: await auth.sessions.closeAll(id, asAdmin) }
  const tokens = await countTokens(auth, id)
  return { sessions: await auth.users.endCredentials(id, asAdmin), tokens }
}

/** Page by page: a user may have more tokens than a list has at once. */
const countTokens = async ({ tokens }: Auth, id: User["id"]): Promise<number> => {
  let count = 0
  for (let after: AccessToken | null = null; ; ) {
    const page: ReadonlyArray<AccessToken> = await tokens.list(id, { after, limit: 500 })
    count += page.length
    after = page.at(-1) ?? null
    if (page.length < 500) return count
  }
}

const missing = (what: string): never => {
  throw new CommandFailed({
    name: what === "session" ? "SessionNotFound" : "TokenNotFound",
    message: `This user has no such ${what}, or it has ended already. latchkey-admin users show lists them.`,
    exitCode: exitCodes.notFound
  })
}
