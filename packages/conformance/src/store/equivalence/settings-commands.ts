import { type Call, call } from "./command.ts"
import type { Scene } from "./scene.ts"

const read = call("settings.read", [], ({ settings }) => settings.read)

/** A look at the settings that are kept. */
export const settingsLooks: ReadonlyArray<Call> = [read]

/** The commands about settings. */
export const settingsCommands: ReadonlyArray<(scene: Scene) => Call> = [
  () => read,
  ({ count, below, keptVersion, percent }) => {
    const from = percent(70) ? keptVersion() : below(6)
    return call("settings.write", [`settings-${count()}`, from], ({ settings }, ...args) => settings.write(...args))
  }
]
