import { NotLoggedIn } from "../tokens/token-errors.ts"
import type { SavedToken } from "../tokens/token-list.ts"
import { chooseServer, namedServer, type ServerOptions } from "./choose-server.ts"
import { CommandFailed, exitCodes } from "./exit-codes.ts"
import type { World } from "./world.ts"

/** The options of the commands that use a token which is there. */
export interface TokenOptions extends ServerOptions {
  readonly json?: boolean
}

/** The token that a command is about. Fails with `NotLoggedIn`, or with a `CommandFailed` of the same name and exit code. */
export const keptToken = async (options: TokenOptions, world: World): Promise<SavedToken> => {
  if (namedServer(options, world) === null && (await world.tokens.list()).length === 0) {
    const message = "You are not logged in anywhere. Run: latchkey login --server https://app.example.org"
    throw new CommandFailed({ name: "NotLoggedIn", message, exitCode: exitCodes.notLoggedIn })
  }
  const server = await chooseServer(options, world)
  const kept = await world.tokens.get(server)
  if (kept === null) throw new NotLoggedIn({ server })
  return kept
}
