import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { RandomBytes } from "../secret/random.ts"
import { SECOND_MS } from "../vocabulary/time.ts"

/** For how long a process waits for the settings. A store that answers later is away. */
export const LONGEST_READ_MS = 2 * SECOND_MS

/** With the time that a store may take to answer, a change is applied within five seconds (SET-18). */
const SHORTEST_MS = 2 * SECOND_MS

/** Spreads the processes that started together, so that they do not all ask at once. */
const SPREAD_MS = SECOND_MS

/** How long to wait, by a byte of chance: from two to three seconds. */
export const pauseMs = (chance: number): number => SHORTEST_MS + Math.floor((chance / 256) * SPREAD_MS)

/** By the clock of the machine, whatever clock the services are given: others change the settings in real time. */
export const inRealTime = Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())

const pause = Effect.flatMap(RandomBytes, (randomBytes) => Effect.sleep(pauseMs(randomBytes(1)[0] ?? 0))).pipe(
  inRealTime
)

/** Waits until it is time to look for settings that another process changed. A test may say when that is. */
export const SettingsPace = Context.Reference<Effect.Effect<void>>("@latchkey/core/SettingsPace", {
  defaultValue: () => pause
})
