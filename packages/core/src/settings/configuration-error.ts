import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"

/** What is wrong with one setting: the rest of a sentence that begins with its name. */
export interface SettingProblem {
  /** Its path, such as `sessions.idle`, or its variable in the environment. */
  readonly setting: string
  readonly problem: string
  /** What was given in its place, such as `a list`. Never a value, which may be a secret. */
  readonly given?: string
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
    const problems = this.problems.map(
      ({ setting, problem, given }) => `  ${setting} ${problem}${given === undefined ? "" : `, not ${given}`}`
    )
    return `${meant.join("")}Latchkey cannot start:\n${problems.join("\n")}`
  }
}

/**
 * Whether something thrown says that the settings cannot be used. By its tag, because a program may have two copies of this package, and
 * a store or a mailer may throw the error of the other one.
 */
export const isConfigurationError = (thrown: unknown): thrown is ConfigurationError =>
  Predicate.isTagged(thrown, "ConfigurationError")

export const UNKNOWN_SETTING = "is not an option of Latchkey"
