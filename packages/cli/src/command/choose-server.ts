import { readServerAddress } from "../server/server-address.ts"
import { CommandFailed, exitCodes } from "./exit-codes.ts"
import type { World } from "./world.ts"

export interface ServerOptions {
  readonly server?: string
  readonly unsafeHttp?: boolean
}

/** The server that was named, by option or by `LATCHKEY_SERVER`; else the one of the last log-in, or the only one. */
export const chooseServer = async (options: ServerOptions, world: World): Promise<string> => {
  const named = namedServer(options, world)
  const server = named ?? (await world.tokens.currentServer())
  if (server !== null) return readServerAddress(server, options.unsafeHttp ?? false)
  const names = (await world.tokens.list()).map(({ server }) => `\n${server}`).join("")
  const message = `Which server? Name one with --server${names === "" ? ", such as --server https://app.example.org" : `:${names}`}`
  throw new CommandFailed({ name: "WrongUsage", message, exitCode: exitCodes.usage })
}

/** Null if neither the option nor the environment names one. */
export const namedServer = ({ server }: ServerOptions, { env }: World): string | null =>
  server || env.LATCHKEY_SERVER || null
