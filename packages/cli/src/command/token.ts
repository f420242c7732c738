import { CommandFailed, exitCodes } from "./exit-codes.ts"
import { keptToken, type TokenOptions } from "./kept-token.ts"
import { dayAndTime, jsonLine } from "./words.ts"
import type { World } from "./world.ts"

/** `latchkey token`: for scripts. Asks no server, so it says nothing about whether somebody ended the token. */
export const token = async (options: TokenOptions, world: World): Promise<void> => {
  const { server, token, expiresAt, scopes } = await keptToken(options, world)
  if (expiresAt !== null && expiresAt.getTime() <= world.clock.now())
    throw new CommandFailed({
      name: "NotLoggedIn",
      message: `The token of ${server} has expired on ${dayAndTime(expiresAt)}. Log in again.`,
      exitCode: exitCodes.notLoggedIn
    })
  if (options.json) world.screen.out(jsonLine({ server, token, expires_at: expiresAt, scopes }))
  else world.screen.out(`${token}\n`)
}
