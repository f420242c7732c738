import type { SettingsToChange, SettingToChange } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { wholeNumber } from "../surface/body-fields.ts"

const value = Schema.Union([Schema.String, Schema.Number, Schema.Boolean])
const optionalValue = Schema.NullOr(value)

/** A setting as programs read it. */
const SettingBody = Schema.Struct({
  name: Schema.String,
  about: Schema.String,
  type: Schema.Literals(["duration", "count", "flag", "choice", "text"]),
  choices: Schema.NullOr(Schema.Array(Schema.String)),
  least: Schema.NullOr(Schema.Union([Schema.Number, Schema.String])),
  most: Schema.NullOr(Schema.Number),
  applies: Schema.Literals(["at-once", "next-start"]),
  value,
  default: optionalValue,
  kept: optionalValue,
  pending: optionalValue,
  locked: Schema.Boolean
})

/** All settings that may be changed, with the version that a change must name. */
export const SettingsBody = Schema.Struct({ version: Schema.Number, settings: Schema.Array(SettingBody) })

export const settingsBody = ({ version, settings }: SettingsToChange): typeof SettingsBody.Type => ({
  version,
  settings: settings.map(settingBody)
})

const settingBody = (setting: SettingToChange): typeof SettingBody.Type => {
  const { name, about, field, applies, value, fallback, kept, pending, isLocked } = setting
  const { least, most } = field.kind === "count" ? field : { least: setting.least, most: null }
  return {
    name,
    about,
    type: field.kind,
    choices: field.kind === "choice" ? field.choices : null,
    least,
    most,
    applies,
    value,
    default: fallback,
    kept,
    pending,
    locked: isLocked
  }
}

/** A change as programs send it. Null goes back to the default. */
export const ChangeBody = Schema.Struct({
  version: wholeNumber,
  values: Schema.Record(Schema.String, optionalValue)
})
