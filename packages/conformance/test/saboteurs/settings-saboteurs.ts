import * as Effect from "effect/Effect"
import { brokenSettings, lookThenAct, type Saboteur } from "./saboteur.ts"

/** One saboteur for the race of settings, and some of their other laws. */
export const settingsSaboteurs: ReadonlyArray<Saboteur> = [
  brokenSettings(
    "SET-16 of parallel writes from one version exactly one is true, and its text is what is kept",
    (tables) => ({
      write: (text, from) =>
        lookThenAct(
          () => tables.settings.version === from,
          (isNewest) =>
            Effect.sync(() => {
              if (isNewest) tables.settings = { version: from + 1, text }
              return isNewest
            })
        )
    })
  ),

  brokenSettings("SET-16 a write from any other version is false and changes nothing", (tables, { settings }) => ({
    write: (text, from) =>
      from > tables.settings.version + 1 ? settings.write(text, tables.settings.version) : settings.write(text, from)
  })),

  brokenSettings(
    [
      "SET-16 a write from the version that is kept is true, and counts it up by one",
      "STO-05 any text round-trips as settings, and 16 KiB of it"
    ],
    (_, { settings }) => ({
      write: (text, from) => (text === "" ? Effect.succeed(false) : settings.write(text, from))
    })
  )
]
