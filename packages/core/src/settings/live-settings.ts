import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import { type GivenSettings, type JudgedSettings, judgeKept } from "./judge-kept.ts"
import { type KeptValues, readKeptValues } from "./kept-values.ts"
import { settingsNow } from "./settings-now.ts"
import { SettingsPace } from "./settings-pace.ts"
import type { KeptSettings } from "./settings-store.ts"
import type { ResolvedSettings } from "./settings-table.ts"

/** What a process knows of the settings that are kept. */
export interface SettingsState {
  readonly kept: KeptSettings
  readonly values: KeptValues
  /** What they come to with what code and the environment say; some of it from the next start on. */
  readonly judged: JudgedSettings
}

/**
 * The settings of this process, which follow those in the store. They are read at start and then every few seconds, apart from all
 * requests: no request makes a call for them (SET-18).
 */
export class LiveSettings extends Context.Service<
  LiveSettings,
  {
    readonly given: GivenSettings
    /** What services hold: see `settingsNow`. */
    readonly values: ResolvedSettings
    /** Runs what reads and takes up settings, one at a time, so that an older reading is never taken up after a newer one. */
    readonly inTurn: <A, E>(work: Effect.Effect<A, E>) => Effect.Effect<A, E>
    /** Reads what is kept, and takes it up. Only `inTurn`. */
    readonly read: Effect.Effect<SettingsState, StoreError>
    /** Takes up what this process has written itself. Only `inTurn`. */
    readonly take: (kept: KeptSettings) => Effect.Effect<SettingsState>
  }
>()("@latchkey/core/LiveSettings") {
  /** Fails if the store is away: the process would start with settings that an administrator has changed. */
  static readonly layer = (given: GivenSettings): Layer.Layer<LiveSettings, StoreError, Store> =>
    Layer.effect(LiveSettings, makeLiveSettings(given))
}

const makeLiveSettings = Effect.fnUntraced(function* (given: GivenSettings) {
  const { settings: store } = yield* Store
  const pace = yield* SettingsPace
  const oneAtATime = yield* Semaphore.make(1)
  let state = stateOf(given, yield* store.read)
  const now = settingsNow(state.judged.settings)
  yield* tellLeftOut(state)

  /** The text is compared too: a failover may lose a version, and another may then be written under its number. */
  const take = (kept: KeptSettings): Effect.Effect<SettingsState> =>
    Effect.suspend(() => {
      if (kept.version === state.kept.version && kept.text === state.kept.text) return Effect.succeed(state)
      state = stateOf(given, kept)
      now.become(state.judged.settings)
      return Effect.as(tellLeftOut(state), state)
    })
  const read = Effect.flatMap(store.read, take)
  const inTurn: LiveSettings["Service"]["inTurn"] = (work) => Semaphore.withPermit(oneAtATime, work)

  let isAway = false
  const look = Effect.matchEffect(inTurn(read), {
    onSuccess: () =>
      Effect.sync(() => {
        isAway = false
      }),
    // One line for an outage, however long it is. Other lines tell of it too.
    onFailure: ({ operation }) =>
      Effect.suspend(() => {
        if (isAway) return Effect.void
        isAway = true
        return Effect.logWarning("the settings in the store cannot be read: the last ones stay in use", { operation })
      })
  })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(pace, look)))

  return LiveSettings.of({ given, values: now.values, inTurn, read, take })
})

const stateOf = (given: GivenSettings, kept: KeptSettings): SettingsState => {
  const values = readKeptValues(kept.text)
  return { kept, values, judged: judgeKept(given, values) }
}

/** So that somebody learns why an option is not what was set. A problem never repeats the value. */
const tellLeftOut = ({ judged: { leftOut } }: SettingsState) =>
  leftOut.length === 0
    ? Effect.void
    : Effect.logWarning("some settings that an administrator made are not in use", {
        settings: leftOut.map(({ setting, problem }) => `${setting} ${problem}`)
      })
