import type { ServerOptions } from "./choose-server.ts"
import type { World } from "./world.ts"

/** How the command reaches its server. */
export const connection = ({ unsafeHttp = false }: ServerOptions, { fetch, signal }: World) => ({
  fetch,
  signal,
  unsafeHttp
})
