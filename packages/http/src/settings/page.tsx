import { ErrorSummary } from "../page/error-summary.tsx"
import { SelectField, TextField } from "../page/field.tsx"
import { type Form, formOf, hasErrors } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import { PasswordAgain } from "../page/password-again.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import type { SettingRow, SettingsView } from "./view.ts"

/** The page on which administrators change the settings of the running site. */
export const SettingsPage = (view: SettingsView): Markup => {
  const texts = view.texts.settings
  const form = settingsForm(view)
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="wide">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint">{texts.intro}</p>
      </div>
      <OptionalNotice notice={view.notice} />
      <ErrorSummary form={form} />
      <form method="post" action={view.savePath} novalidate>
        <FormOwner user={view.user} />
        <input type="hidden" name="version" value={String(view.version)} />
        <input type="hidden" name="before" value={view.before} />
        {view.groups.map(({ name, rows }) => (
          <Section id={name} {...texts.groups[name]}>
            <div class="form">
              {rows.map((row) =>
                row.isLocked ? <LockedRow row={row} texts={view.texts} /> : <OpenRow row={row} form={form} />
              )}
            </div>
          </Section>
        ))}
        <Section id="save" {...texts.save}>
          <div class="form">
            <PasswordAgain view={view} form={form} isAsked={view.asksCurrentPassword} />
            <button class="button" type="submit">
              {texts.submit}
            </button>
          </div>
        </Section>
      </form>
    </Layout>
  )
}

const settingsForm = (view: SettingsView): Form =>
  formOf<string>(view, {
    id: "settings",
    fields: [...view.groups.flatMap(({ rows }) => rows.map(({ name }) => name)), "current_password"],
    errors: view.errors
  })

/** A setting that somebody can change. The names of settings are those of the reference, in every language. */
const OpenRow = ({ row, form }: { readonly row: SettingRow; readonly form: Form }): Markup => {
  const { name, field, filled, fallback, pending, isLate } = row
  const texts = form.texts.settings
  const hints = [
    texts.about[name],
    ...(field.kind === "text" ? [texts.usual(fallback)] : []),
    ...(isLate ? [texts.nextStart] : []),
    ...(pending === null ? [] : [texts.pending(shown(row, pending, texts))])
  ]
  const common = { form, name, label: <code>{name}</code>, hint: hints.join(" "), value: filled }
  if (field.kind === "text") return <TextField {...common} autocomplete="off" />
  const values = field.kind === "flag" ? ["true", "false"] : field.choices
  const choices = values.map((value) => ({ value, label: shown(row, value, texts) }))
  return (
    <SelectField
      {...common}
      choices={[{ value: "", label: texts.usualChoice(shown(row, fallback, texts)) }, ...choices]}
    />
  )
}

const LockedRow = ({ row, texts }: { readonly row: SettingRow; readonly texts: Texts }): Markup => (
  <div class="field">
    <p class="strong">
      <code>{row.name}</code>
    </p>
    <p class="hint">
      {texts.settings.about[row.name]} {texts.settings.locked}
    </p>
    <p>
      <bdi>{shown(row, row.value, texts.settings)}</bdi>
    </p>
  </div>
)

const shown = ({ field }: SettingRow, value: string, { on, off }: Texts["settings"]): string => {
  if (field.kind !== "flag") return value
  return value === "true" ? on : off
}
