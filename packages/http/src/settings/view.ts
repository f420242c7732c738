import type { RuntimePath } from "@latchkey/core"
import type { FormErrors } from "../page/form.ts"
import type { PageUser } from "../page/form-owner.tsx"
import type { Notice } from "../page/notice.tsx"
import type { PageView } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"

/** A setting on the page. */
export interface SettingRow {
  /** Its path, which is also the name of its field. */
  readonly name: RuntimePath
  readonly field: SettingField
  /** What the field holds: what is kept, or what was typed. Empty for the default. */
  readonly filled: string
  /** What the site runs with. */
  readonly value: string
  readonly fallback: string
  /** Whether a change waits for the next start. */
  readonly isLate: boolean
  /** What it will be from the next start on, if that is something else than now; otherwise null. */
  readonly pending: string | null
  /** Whether the program or its environment says what it is. */
  readonly isLocked: boolean
}

/** How a setting is filled in: a list to choose from, or text. */
export type SettingField =
  | { readonly kind: "choice"; readonly choices: ReadonlyArray<string> }
  | { readonly kind: "flag" }
  | { readonly kind: "text" }

/** Settings that belong together, under a heading. */
export interface SettingsGroup {
  readonly name: keyof Texts["settings"]["groups"]
  readonly rows: ReadonlyArray<SettingRow>
}

/** The view for GET /admin/settings/, and for its POST when it failed. */
export interface SettingsView extends PageView {
  readonly user: PageUser
  readonly groups: ReadonlyArray<SettingsGroup>
  /** The version that the form is made from. It is sent back, so that nobody overwrites what somebody else changed. */
  readonly version: number
  /** What the fields held when they were drawn, as JSON. It is sent back: what still holds it is no change. */
  readonly before: string
  readonly errors: FormErrors
  readonly asksCurrentPassword: boolean
  /** POST here saves the settings. */
  readonly savePath: string
  readonly notice: Notice | null
}
