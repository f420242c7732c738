import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Audit } from "../audit/audit.ts"
import type { SettingChange } from "../audit/audit-event.ts"
import type { Trace } from "../audit/trace.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { Read } from "../vocabulary/read.ts"
import { type SettingProblem, UNKNOWN_SETTING } from "./configuration-error.ts"
import { type Field, type Written, written } from "./field.ts"
import { judgeKept } from "./judge-kept.ts"
import { type KeptValues, keptText } from "./kept-values.ts"
import { LiveSettings, type SettingsState } from "./live-settings.ts"
import { type RuntimeEntry, type RuntimePath, runtimeEntries } from "./runtime-paths.ts"
import type { Applies } from "./runtime-setting.ts"
import { SettingsChanged, SettingsRefused } from "./runtime-settings-errors.ts"
import type { KeptSettings } from "./settings-store.ts"
import type { ResolvedSettings } from "./settings-table.ts"

/** A setting as an administrator sees it. Durations are in words, such as `"30 days"`. */
export interface SettingToChange {
  /** Its path, such as `sessions.idle`. */
  readonly name: RuntimePath
  readonly about: string
  readonly field: Field
  /** The least that can be set here, where code may say less; null elsewhere. */
  readonly least: string | null
  readonly applies: Applies
  /** What this process runs with. */
  readonly value: Written
  readonly fallback: Written | null
  /** What is kept; null if nothing is, or nothing that can be used here. */
  readonly kept: Written | null
  /** What it will be from the next start on, if that is something else than now; otherwise null. */
  readonly pending: Written | null
  /** Whether code or the environment says what it is. Then nobody can change it here (SET-15). */
  readonly isLocked: boolean
}

/** All settings that administrators may change, and the version that they were read in. */
export interface SettingsToChange {
  readonly version: number
  readonly settings: ReadonlyArray<SettingToChange>
}

/** Values by the names of their settings. Null goes back to the default. */
export interface ChangeOfSettings {
  /** The version that the change was made from. */
  readonly version: number
  readonly values: Readonly<Record<string, unknown>>
}

/** Settings that administrators change while the program runs. */
export class RuntimeSettings extends Context.Service<
  RuntimeSettings,
  {
    /** Reads what is kept, and takes it up in this process. */
    readonly list: () => Effect.Effect<SettingsToChange, StoreError>
    /**
     * Changes some settings, all or none, and gives them as they are then. They take effect here at once, and in other processes
     * within five seconds; some at the next start (`applies`). Fails with `SettingsChanged` if the version is not the newest, and
     * with `SettingsRefused` if a value or the whole does not fit. What changes nothing is not written.
     */
    readonly change: (
      change: ChangeOfSettings,
      trace?: Trace
    ) => Effect.Effect<SettingsToChange, SettingsChanged | SettingsRefused | StoreError>
  }
>()("@latchkey/core/RuntimeSettings") {
  static readonly layer: Layer.Layer<RuntimeSettings, never, LiveSettings | Store | Audit> = Layer.effect(
    RuntimeSettings,
    Effect.suspend(() => makeRuntimeSettings())
  )
}

const makeRuntimeSettings = Effect.fnUntraced(function* () {
  const { given, values: running, inTurn, read, take } = yield* LiveSettings
  const { settings: store } = yield* Store
  const audit = yield* Audit

  const shown = (state: SettingsState): SettingsToChange => ({
    version: state.kept.version,
    settings: runtimeEntries.map((entry) => {
      const { about, field, least, applies, fallback, read, readKept } = entry.setting
      const value = writtenIn(running, entry)
      const next = writtenIn(state.judged.settings, entry)
      return {
        name: entry.path,
        about,
        field,
        least,
        applies,
        value,
        fallback: writtenAgain(field, read(fallback)),
        kept: writtenAgain(field, readKept(state.values[entry.path])),
        pending: next === value ? null : next,
        isLocked: given.locked.has(entry.path)
      }
    })
  })

  /** What is kept afterwards, and what that comes to. */
  const judge = Effect.fnUntraced(function* (state: SettingsState, wanted: ChangeOfSettings["values"]) {
    const wrong = Object.keys(wanted).flatMap((name) => mayChange(name, given.locked))
    if (wrong.length > 0) return yield* new SettingsRefused({ problems: wrong })
    const values = keptAfter(state.values, wanted)
    const judged = judgeKept(given, values)
    // What was in use before must not fall away because another setting moves.
    const usedBefore = (name: string) => !state.judged.leftOut.some(({ setting }) => setting === name)
    const problems = judged.leftOut.filter(({ setting }) => Object.hasOwn(wanted, setting) || usedBefore(setting))
    if (problems.length > 0) return yield* new SettingsRefused({ problems })
    return { values, judged }
  })

  /** Writes them, if nobody else was faster. A store may write, and fail to say so: then the change is there, and must be told (SET-19). */
  const wrote = (wanted: KeptSettings): Effect.Effect<boolean, StoreError> =>
    Effect.catchTag(store.write(wanted.text, wanted.version - 1), "StoreError", (error) =>
      Effect.matchEffect(read, {
        onFailure: () => Effect.fail(error),
        onSuccess: ({ kept }) => {
          const isThere = kept.version === wanted.version && kept.text === wanted.text
          return isThere ? Effect.succeed(true) : Effect.fail(error)
        }
      })
    )

  const write = Effect.fnUntraced(function* ({ version, values: wanted }: ChangeOfSettings) {
    const before = yield* read
    if (before.kept.version !== version) return yield* new SettingsChanged({ version: before.kept.version })
    const { values, judged } = yield* judge(before, wanted)
    if (before.isReadable && isSame(values, before.values)) return { state: before, changes: [] }
    const text = keptText(values)
    if (text === null) return yield* new SettingsRefused({ problems: tooMuch(wanted) })
    const isWritten = yield* wrote({ version: version + 1, text })
    if (!isWritten) return yield* new SettingsChanged({ version: (yield* read).kept.version })
    const state = yield* take({ version: version + 1, text })
    return { state, changes: changesBetween({ values: before.values, judged: before.judged }, { values, judged }) }
  })

  /** What is written is told in the trail, also when whoever asked for it goes away. */
  const change = Effect.fn("RuntimeSettings.change")((wanted: ChangeOfSettings, trace: Trace = {}) =>
    Effect.uninterruptible(
      Effect.flatMap(inTurn(write(wanted)), ({ state, changes }) =>
        state.kept.version === wanted.version
          ? Effect.succeed(shown(state))
          : Effect.as(
              audit.append("settings.changed", { details: { version: state.kept.version, changes }, ...trace }),
              shown(state)
            )
      )
    )
  )

  return RuntimeSettings.of({ list: () => Effect.map(inTurn(read), shown), change })
})

const entries: ReadonlyMap<string, RuntimeEntry> = new Map(runtimeEntries.map((entry) => [entry.path, entry]))

/** What speaks against changing a setting at all, whatever the value. */
const mayChange = (setting: string, locked: ReadonlySet<string>): ReadonlyArray<SettingProblem> => {
  if (!entries.has(setting)) return [{ setting, problem: UNKNOWN_SETTING }]
  return locked.has(setting) ? [{ setting, problem: "is set by the program or its environment" }] : []
}

/** Values of a newer version, which this one does not know, are carried along. */
const keptAfter = (kept: KeptValues, wanted: ChangeOfSettings["values"]): KeptValues => {
  const values: Record<string, unknown> = { ...kept }
  for (const [name, value] of Object.entries(wanted)) {
    const entry = entries.get(name)
    if (value === null || entry === undefined) delete values[name]
    else values[name] = writtenAgain(entry.setting.field, entry.setting.readKept(value)) ?? value // what cannot be read is refused
  }
  return values
}

const isSame = (a: KeptValues, b: KeptValues): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value)

const tooMuch = (wanted: ChangeOfSettings["values"]): ReadonlyArray<SettingProblem> =>
  Object.keys(wanted).map((setting) => ({ setting, problem: "makes the settings larger than 16 KiB" }))

/**
 * As they will be at the next start at the latest. What was kept, or is no longer, is told also where this process sees the same value:
 * others may see another (SET-19).
 */
const changesBetween = (
  before: Pick<SettingsState, "values" | "judged">,
  after: Pick<SettingsState, "values" | "judged">
): ReadonlyArray<SettingChange> =>
  runtimeEntries.flatMap((entry) => {
    const [from, to] = [writtenIn(before.judged.settings, entry), writtenIn(after.judged.settings, entry)]
    const isKeptAlike = before.values[entry.path] === after.values[entry.path]
    return from === to && isKeptAlike ? [] : [{ setting: entry.path, from, to }]
  })

const writtenIn = (settings: ResolvedSettings, { path, setting }: RuntimeEntry): Written => {
  const value = path
    .split(".")
    .reduce<unknown>((group, key) => (group as Readonly<Record<string, unknown>>)[key], settings)
  return written(setting.field, value)
}

/** A value in the one way of writing it; null for what is none. */
const writtenAgain = (field: Field, read: Read<unknown, unknown>): Written | null =>
  read.ok ? written(field, read.value) : null
