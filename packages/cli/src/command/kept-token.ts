import { NotLoggedIn } from "../tokens/token-errors.ts"
import type { SavedToken } from "../tokens/token-list.ts"
import { chooseServer, type ServerOptions } from "./choose-server.ts"
import type { World } from "./world.ts"

/** The options of the commands that use a token which is there. */
export interface TokenOptions extends ServerOptions {
  readonly json?: boolean
}

/** The token that a command is about. Fails with `NotLoggedIn`. */
export const keptToken = async (options: TokenOptions, world: World): Promise<SavedToken> => {
  const server = await chooseServer(options, world)
  const kept = await world.tokens.get(server)
  if (kept === null) throw new NotLoggedIn({ server })
  return kept
}
