import type { AuditEvent, SettingChange, UserFieldChange } from "@latchkey/core"
import type { AddedFact } from "../surface/administration.ts"
import { isoText } from "../surface/body-fields.ts"

type Change = UserFieldChange | SettingChange

/** What an event records, in the words of the trail: each change by what changed, and instants as dates. */
export const detailsOf = ({ details }: Pick<AuditEvent, "details">): ReadonlyArray<AddedFact> =>
  Object.entries(details).flatMap(([name, value]: [string, unknown]): ReadonlyArray<AddedFact> => {
    if (value === null) return []
    if (Array.isArray(value)) return (value as ReadonlyArray<Change>).map(changeOf) // the only lists that events have
    const isInstant = typeof value === "number" && name.endsWith("At")
    return [{ label: name, value: isInstant ? isoText(value) : String(value) }]
  })

/** A name or an address that changed is on record without its text. */
const changeOf = (change: Change): AddedFact => ({
  label: "setting" in change ? change.setting : change.field,
  value: "to" in change ? `${shown(change.from)} → ${shown(change.to)}` : ""
})

/** No roles at all are on record as an empty text. */
const shown = (value: string | number | boolean): string => (value === "" ? "–" : String(value))
