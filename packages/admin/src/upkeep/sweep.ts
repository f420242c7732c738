import { CommandFailed, exitCodes } from "../command/exit-codes.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { jsonLine, table } from "../command/words.ts"
import type { World } from "../command/world.ts"

/** `latchkey-admin sweep`: removes what has ended, as a server does every ten minutes. */
export const sweepStore = (options: CommonOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const swept = await auth.sweep()
    if (options.json) await world.screen.out(jsonLine(swept))
    else
      await world.screen.out(
        table([
          ["PART", "REMOVED"],
          ...Object.entries(swept).map(([part, removed]) => [
            part,
            removed?.toLocaleString("en") ?? "could not be reached"
          ])
        ])
      )
    if (Object.values(swept).some((removed) => removed === null))
      throw new CommandFailed({
        name: "StoreError",
        message: "A part of the store could not be reached: sweep again later.",
        exitCode: exitCodes.storeAway
      })
  })
