import { better } from "./better-auth.ts"
import type { MakeCliLoginContender } from "./contender.ts"
import { latchkey } from "./latchkey.ts"

/** By name, in the order of the report. */
export const cliLoginContenders: Readonly<Record<string, MakeCliLoginContender>> = {
  "better-auth": better,
  latchkey: latchkey("normal"),
  "latchkey, waits for the disk": latchkey("full")
}
