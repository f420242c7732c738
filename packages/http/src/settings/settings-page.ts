import { type Identity, RuntimeSettings, type SettingsToChange, type SettingToChange } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { Endpoint } from "../surface/endpoint.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { SettingsPage } from "./page.tsx"
import { mustProveAdmin } from "./prove-admin.ts"
import type { SettingField, SettingRow, SettingsGroup, SettingsView } from "./view.ts"

/** What the page shows besides the settings. */
export type Showing = Pick<SettingsView, "errors" | "notice"> & {
  /** What somebody typed, by the names of the settings; the other fields hold what is kept. */
  readonly edits: Readonly<Record<string, string>>
}

/** The page, with the settings as they are now. */
export const settingsPage = Effect.fnUntraced(function* (
  context: SurfaceContext,
  save: Endpoint,
  call: Pick<Call<Identity, unknown>, "identity" | "texts">,
  { edits, ...showing }: Showing
) {
  const runtimeSettings = yield* RuntimeSettings
  const { version, settings } = yield* runtimeSettings.list()
  const view: SettingsView = {
    ...context.viewFor(call, context.places.linkTo(save)),
    user: call.identity.user,
    groups: groupsOf(settings, edits),
    version,
    before: JSON.stringify(Object.fromEntries(settings.filter(isOpen).map((each) => [each.name, keptText(each)]))),
    asksCurrentPassword: yield* mustProveAdmin(call.identity),
    savePath: context.places.linkTo(save),
    ...showing
  }
  return context.draw(SettingsPage, view)
})

const isOpen = ({ isLocked }: SettingToChange): boolean => !isLocked

const keptText = ({ kept }: SettingToChange): string => (kept === null ? "" : String(kept))

/** The settings under their headings, in the order of the table; `edits` is what somebody typed in place of what is kept. */
export const groupsOf = (
  settings: SettingsToChange["settings"],
  edits: Showing["edits"]
): ReadonlyArray<SettingsGroup> => {
  const groups = Map.groupBy(settings, ({ name }) =>
    name.includes(".") ? name.slice(0, name.indexOf(".")) : "general"
  )
  return [...groups].map(([name, members]) => ({
    name: name as SettingsGroup["name"], // the catalogue has every group: a test looks
    rows: members.map((each) => rowOf(each, edits))
  }))
}

const rowOf = (setting: SettingToChange, edits: Showing["edits"]): SettingRow => ({
  name: setting.name,
  field: fieldOf(setting),
  filled: edits[setting.name] ?? keptText(setting),
  value: String(setting.value),
  fallback: String(setting.fallback),
  isLate: setting.applies === "next-start",
  pending: setting.pending === null ? null : String(setting.pending),
  isLocked: setting.isLocked
})

const fieldOf = ({ field }: SettingToChange): SettingField => {
  if (field.kind === "choice") return { kind: "choice", choices: field.choices }
  return { kind: field.kind === "flag" ? "flag" : "text" }
}
