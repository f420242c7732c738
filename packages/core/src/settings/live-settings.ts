import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { safeText } from "../audit/safe-text.ts"
import { Store } from "../store/store.ts"
import { isStoreError, StoreError } from "../store/store-error.ts"
import { StoreProblem } from "../store/store-problem.ts"
import { type GivenSettings, type JudgedSettings, judgeKept } from "./judge-kept.ts"
import { type KeptValues, readKeptValues } from "./kept-values.ts"
import { settingsNow } from "./settings-now.ts"
import { inRealTime, LONGEST_READ_MS, SettingsPace } from "./settings-pace.ts"
import type { KeptSettings } from "./settings-store.ts"
import type { ResolvedSettings } from "./settings-table.ts"

/** What a process knows of the settings that are kept. */
export interface SettingsState {
  readonly kept: KeptSettings
  /** Those that are kept; the last ones that were, where what is kept cannot be read. */
  readonly values: KeptValues
  readonly isReadable: boolean
  /** What they come to with what code and the environment say; some of it from the next start on. */
  readonly judged: JudgedSettings
}

/** What to say of settings that are right, and yet do not do what they seem to. */
export type Warnings = (settings: ResolvedSettings) => ReadonlyArray<string>

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
  static readonly layer = (
    given: GivenSettings,
    warnings: Warnings = () => []
  ): Layer.Layer<LiveSettings, StoreError, Store> => Layer.effect(LiveSettings, makeLiveSettings(given, warnings))
}

const makeLiveSettings = Effect.fnUntraced(function* (given: GivenSettings, warnings: Warnings) {
  const { settings: store } = yield* Store
  const pace = yield* SettingsPace
  const oneAtATime = yield* Semaphore.make(1)
  const kept = answered(store.read)
  let state = stateOf(given, yield* kept, {})
  let warned: ReadonlyArray<string> = []
  const now = settingsNow(state.judged.settings)

  /** Each warning once, when it begins to hold. */
  const warn = Effect.suspend(() => {
    const all = warnings(now.values)
    const news = all.filter((each) => !warned.includes(each))
    warned = all
    return Effect.forEach(news, (each) => Effect.logWarning(each), { discard: true })
  })
  yield* Effect.andThen(tellUnused(state), warn)

  /** The text is compared too: a failover may lose a version, and another may then be written under its number. */
  const take = (kept: KeptSettings): Effect.Effect<SettingsState> =>
    Effect.suspend(() => {
      if (kept.version === state.kept.version && kept.text === state.kept.text) return Effect.succeed(state)
      state = stateOf(given, kept, state.values)
      now.become(state.judged.settings)
      return Effect.as(Effect.andThen(tellUnused(state), warn), state)
    })
  const read = Effect.flatMap(kept, take)
  const inTurn: LiveSettings["Service"]["inTurn"] = (work) => Semaphore.withPermit(oneAtATime, work)

  let isAway = false
  /** One line for an outage, however long it is. Other lines tell of it too. */
  const tellAway = (fields: object) =>
    Effect.suspend(() => {
      if (isAway) return Effect.void
      isAway = true
      return Effect.logWarning("the settings in the store cannot be read: the last ones stay in use", fields)
    })
  /** Whatever goes wrong, the next look comes: else this process would never again follow the others. */
  const look = Effect.matchCauseEffect(inTurn(read), {
    onSuccess: () =>
      Effect.sync(() => {
        isAway = false
      }),
    onFailure: (cause) => (Cause.hasInterruptsOnly(cause) ? Effect.void : tellAway(whyOf(cause)))
  })
  yield* Effect.forkScoped(Effect.forever(Effect.andThen(pace, look)))

  return LiveSettings.of({ given, values: now.values, inTurn, read, take })
})

/** A store that never answers must not keep the others waiting for their turn. */
const answered = (read: Effect.Effect<KeptSettings, StoreError>) =>
  Effect.timeoutOrElse(read, {
    duration: LONGEST_READ_MS,
    orElse: () => Effect.fail(new StoreError({ operation: "settings.read", cause: NO_ANSWER }))
  }).pipe(inRealTime)

const NO_ANSWER = new StoreProblem({ message: "the store did not answer in time" })

const stateOf = (given: GivenSettings, kept: KeptSettings, before: KeptValues): SettingsState => {
  const read = readKeptValues(kept.text)
  const values = read ?? before
  return { kept, values, isReadable: read !== null, judged: judgeKept(given, values) }
}

/** What went wrong, by its name alone: a defect's own text may hold anything. */
const whyOf = (cause: Cause.Cause<StoreError>): object => {
  const thrown = Cause.squash(cause)
  if (isStoreError(thrown)) return thrown.logFields
  return { name: thrown instanceof Error ? thrown.name : typeof thrown }
}

/** So that somebody learns why an option is not what was set. A problem never repeats the value. */
const tellUnused = ({ isReadable, judged: { leftOut } }: SettingsState) => {
  if (!isReadable) return Effect.logError(UNREADABLE)
  if (leftOut.length === 0) return Effect.void
  const told = leftOut.slice(0, MOST_TOLD).map(({ setting, problem }) => `${safeText(setting, 64)} ${problem}`)
  const more = leftOut.length - told.length
  return Effect.logWarning("some settings that an administrator made are not in use", {
    settings: told,
    ...(more > 0 && { more })
  })
}

const UNREADABLE =
  "the settings in the store are no settings: the last ones that were read stay in use, or the defaults after a start. Save the settings again as an administrator"

/** Names come from the store, where another program may have written any number of them. */
const MOST_TOLD = 50
