import * as Data from "effect/Data"
import type { SettingProblem } from "./configuration-error.ts"

/** Somebody else changed the settings after they were read. Nothing was written (SET-16). */
export class SettingsChanged extends Data.TaggedError("SettingsChanged")<{
  /** The version that is kept now. */
  readonly version: number
}> {
  override get message(): string {
    return "the settings were changed meanwhile: look at them again"
  }
}

/** The settings would not fit the table or one another, or they are none to be changed. Nothing was written (SET-17). */
export class SettingsRefused extends Data.TaggedError("SettingsRefused")<{
  /** What is wrong with each. A problem never repeats the value. */
  readonly problems: ReadonlyArray<SettingProblem>
}> {
  override get message(): string {
    return this.problems.map(({ setting, problem }) => `${setting} ${problem}`).join("; ")
  }
}
