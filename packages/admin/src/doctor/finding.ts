/** What a check-up looked at. */
export type Subject = "configuration" | "mail" | "store" | "clock" | "trail" | "server"

/** What a check-up found. */
export interface Finding {
  /** `error`: something is wrong. `warning`: it may be. `unknown`: it could not be looked at. */
  readonly level: "error" | "warning" | "unknown" | "ok"
  readonly about: Subject
  /** The same for the same finding in every release, for scripts. */
  readonly code: string
  readonly what: string
  readonly why?: string
  readonly mend?: string
}

/** Something that is wrong or may be: why it matters, and what mends it. */
type Trouble = Required<Omit<Finding, "level">>

export const wrong = (trouble: Trouble): Finding => ({ level: "error", ...trouble })
export const doubtful = (trouble: Trouble): Finding => ({ level: "warning", ...trouble })
export const fine = (about: Subject, code: string, what: string): Finding => ({ level: "ok", about, code, what })
export const unknown = (about: Subject, code: string, what: string): Finding => ({
  level: "unknown",
  about,
  code,
  what
})

/** The worst first. */
export const inOrder = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> =>
  findings.toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))

const ORDER: ReadonlyArray<Finding["level"]> = ["error", "warning", "unknown", "ok"]
