/**
 * The operator's command, for programs: `storeFromEnv` opens the store that a server and the command share, and `runCommand` runs
 * `latchkey-admin` inside of another program.
 */
export { runCommand } from "./command/command.ts"
export { exitCodes } from "./command/exit-codes.ts"
export type { Screen, World } from "./command/world.ts"
export { type NamedStore, storeFromEnv, storeFromText, storeVariables } from "./store/store-from-env.ts"
