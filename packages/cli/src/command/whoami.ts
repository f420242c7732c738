import { type Account, whoAmI } from "../account/who-am-i.ts"
import { TokenRejected } from "../tokens/token-errors.ts"
import type { SavedToken } from "../tokens/token-list.ts"
import { connection } from "./connection.ts"
import { keptToken, type TokenOptions } from "./kept-token.ts"
import { endOf, jsonLine, nameOf } from "./words.ts"
import type { World } from "./world.ts"

/** `latchkey whoami`: asks the server, so it also tells whether the token still works. */
export const whoami = async (options: TokenOptions, world: World): Promise<void> => {
  const kept = await keptToken(options, world)
  const account = await askAndForget(kept, options, world)
  const { server, expiresAt, scopes } = kept
  if (options.json) world.screen.out(jsonLine({ server, user: account, expires_at: expiresAt, scopes }))
  else world.screen.out(`${nameOf(account)} on ${server}\n${scopesText(scopes)}\n${endOf(expiresAt)}\n`)
}

const askAndForget = async (kept: SavedToken, options: TokenOptions, world: World): Promise<Account> => {
  const { server, token } = kept
  try {
    return await whoAmI({ ...connection(options, world), server, token })
  } catch (error) {
    if (error instanceof TokenRejected) await world.tokens.remove(server, token)
    throw error
  }
}

const scopesText = (scopes: ReadonlyArray<string>): string =>
  scopes.length === 0 ? "The token has no scopes." : `The token allows: ${scopes.join(", ")}.`
