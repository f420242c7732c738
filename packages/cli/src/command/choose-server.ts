import { readServerAddress } from "../server/server-address.ts"
import { CommandFailed, exitCodes } from "./exit-codes.ts"
import type { World } from "./world.ts"

export interface ServerOptions {
  readonly server?: string
  readonly unsafeHttp?: boolean
}

/** The server that was named, by option or by `LATCHKEY_SERVER`; else the one of the last log-in, or the only one. */
export const chooseServer = async (options: ServerOptions, { env, tokens }: World): Promise<string> => {
  const named = options.server ?? env.LATCHKEY_SERVER ?? ""
  const server = named === "" ? await tokens.currentServer() : named
  if (server !== null) return readServerAddress(server, options.unsafeHttp ?? false)
  const known = await tokens.list()
  if (known.length === 0)
    throw new CommandFailed({
      message: "You are not logged in anywhere. Run: latchkey login --server https://app.example.org",
      exitCode: exitCodes.notLoggedIn
    })
  const names = known.map(({ server }) => `  ${server}`).join("\n")
  throw new CommandFailed({ message: `Which server? Name one with --server:\n${names}`, exitCode: exitCodes.usage })
}
