/** The operator's command, for programs: `runCommand` runs `latchkey-admin` inside of another one. Servers import `./store`. */
export { runCommand } from "./command/command.ts"
export { type ExitCode, exitCodes } from "./command/exit-codes.ts"
export type { Screen, World } from "./command/world.ts"
