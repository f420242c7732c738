import { type RuntimeEntry, type RuntimePath, runtimeEntries, type SettingProblem } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { formText, optionalText } from "../surface/body-fields.ts"
import type { Faults } from "../surface/or-page-again.ts"
import type { Fault } from "../texts/sentence.ts"

/** The names of the fields: a locked setting has none, so each may be missing. */
const fields = Object.fromEntries(runtimeEntries.map(({ path }) => [path, optionalText])) as Readonly<
  Record<RuntimePath, typeof optionalText> // one for each path
>

/** The page's form. */
export const SettingsForm = Schema.Struct({
  ...fields,
  version: formText,
  before: formText,
  current_password: formText,
  user: optionalText
})

/** Texts by the names of settings. */
type Typed = Readonly<Record<string, string>>

/** What somebody changed in the form: the fields that no longer hold what they held when it was drawn. Blanks change nothing. */
export const editsIn = (body: typeof SettingsForm.Type): Typed => {
  const before = readBefore(body.before)
  const edits = runtimeEntries.flatMap(({ path }) => {
    const typed = body[path]?.trim()
    return typed === undefined || typed === (before[path] ?? "") ? [] : [[path, typed]]
  })
  return Object.fromEntries(edits)
}

/** The edits as values: an empty field goes back to the default. */
export const valuesOf = (edits: Typed): Readonly<Record<string, string | null>> =>
  Object.fromEntries(Object.entries(edits).map(([name, typed]) => [name, typed === "" ? null : typed]))

/** What the page wrote into the form. Whoever changes it there only changes what counts as their own edits. */
const readBefore = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const before: unknown = JSON.parse(text)
    return typeof before === "object" && before !== null ? { ...before } : {}
  } catch {
    return {}
  }
}

/** What stands beside the fields: what a value must be, or in the words of the table how it does not fit. */
export const faultsOf = (problems: ReadonlyArray<SettingProblem>, edits: Typed): Faults =>
  Object.fromEntries(
    problems.map(({ setting, problem }): [string, Fault] => {
      const entry = runtimeEntries.find(({ path }) => path === setting)
      return [setting, (entry && valueFault(entry, edits[setting])) ?? ["setting-unfit", setting, problem]]
    })
  )

/** What is wrong with a value by itself; null if it only does not fit the others. */
const valueFault = ({ path, setting }: RuntimeEntry, typed: string | undefined): Fault | null => {
  const { field, least, read, readKept } = setting
  const value = typed ?? setting.fallback
  if (!read(value).ok) return kindFault(path, field)
  return least === null || readKept(value).ok ? null : ["setting-least", path, least]
}

const kindFault = (name: string, field: (typeof runtimeEntries)[number]["setting"]["field"]): Fault => {
  switch (field.kind) {
    case "duration":
      return ["setting-duration", name]
    case "count":
      return ["setting-count", name, field.least, field.most]
    case "flag":
    case "choice":
      return ["setting-choice", name]
    case "text":
      return ["setting-text", name]
  }
}
