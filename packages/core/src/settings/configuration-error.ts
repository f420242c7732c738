import * as Data from "effect/Data"

/** What is wrong with one setting: the rest of a sentence that begins with its name. */
export interface SettingProblem {
  /** Its path, such as `sessions.idle`, or its variable in the environment. */
  readonly setting: string
  readonly problem: string
}

/** What an unknown name was most likely meant to be. */
export interface Meant {
  readonly setting: string
  readonly nearest: string
}

/** The settings cannot be used. Every problem is named at once, and nothing starts. */
export class ConfigurationError extends Data.TaggedError("ConfigurationError")<{
  readonly problems: ReadonlyArray<SettingProblem>
  /** What unknown names were most likely meant to be. */
  readonly meant?: ReadonlyArray<Meant>
}> {
  override get message(): string {
    const meant = this.meant?.map(({ setting, nearest }) => `Did you mean ${nearest} where it says ${setting}?\n`) ?? []
    return `${meant.join("")}Latchkey cannot start:\n${this.problems.map(({ setting, problem }) => `  ${setting} ${problem}`).join("\n")}`
  }
}

export const UNKNOWN_SETTING = "is not an option of Latchkey"
