import { revokeToken } from "../account/revoke-token.ts"
import { Aborted } from "../server/server-errors.ts"
import { connection } from "./connection.ts"
import { CommandFailed, exitCodeOf } from "./exit-codes.ts"
import { keptToken, type TokenOptions } from "./kept-token.ts"
import { endOf, failureOf, jsonLine } from "./words.ts"
import type { World } from "./world.ts"

export interface LogoutOptions extends TokenOptions {
  readonly force?: boolean
}

/**
 * `latchkey logout`: ends the token at the server, and then forgets it. If the server does not end it, the token stays,
 * or nobody could end it any more; `--force` forgets it all the same.
 */
export const logout = async (options: LogoutOptions, world: World): Promise<void> => {
  const { screen, tokens } = world
  const { server, token, expiresAt } = await keptToken(options, world)
  const failure = await revokeToken({ ...connection(options, world), server, token }).then(
    () => null,
    (error: unknown) => error
  )
  if (failure instanceof Aborted) throw failure
  if (failure !== null && !options.force) {
    const { name, message: reason } = failureOf(failure)
    const message = `${reason} The token is kept. To forget it here all the same, add --force.`
    throw new CommandFailed({ name, message, exitCode: exitCodeOf(failure) })
  }
  await tokens.remove(server, token)
  if (options.json) screen.out(jsonLine({ event: "logged_out", server, revoked: failure === null }))
  else if (failure === null) screen.err(`Logged out of ${server}.\n`)
  else screen.err(`Forgotten here, but ${server} still accepts the token. ${endOf(expiresAt)}\n`)
}
