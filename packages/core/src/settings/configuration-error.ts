import * as Data from "effect/Data"

/** What is wrong with one setting: the rest of a sentence that begins with its name. */
export interface SettingProblem {
  /** Its path, such as `sessions.idle`, or its variable in the environment. */
  readonly setting: string
  readonly problem: string
}

/** The settings cannot be used. Every problem is named at once, and nothing starts. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{
  readonly problems: ReadonlyArray<SettingProblem>
}> {
  override get message(): string {
    return `Latchkey cannot start:\n${this.problems.map(({ setting, problem }) => `  ${setting} ${problem}`).join("\n")}`
  }
}

export const UNKNOWN_SETTING = "is not an option of Latchkey"
