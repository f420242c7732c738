import { better } from "./better-auth.ts"
import type { MakeCliLoginContender } from "./contender.ts"
import { floor } from "./floor.ts"
import { latchkey } from "./latchkey.ts"

/** By name, in the order of the report. */
export const cliLoginContenders: Readonly<Record<string, MakeCliLoginContender>> = {
  floor,
  latchkey: latchkey("normal"),
  "latchkey, waits for the disk": latchkey("full"),
  "better-auth": better
}
