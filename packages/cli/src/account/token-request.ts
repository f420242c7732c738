import type { ConnectionOptions } from "../server/connection.ts"

/** A token, and how its server is asked about it. */
export interface TokenRequest extends ConnectionOptions {
  readonly token: string
}
