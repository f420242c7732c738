import { SelectField, TextField } from "../page/field.tsx"
import { formOf } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { Moment } from "../page/moment.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import { SearchForm } from "./search-form.tsx"
import type { AdminAuditView, AuditEntryView, AuditPerson } from "./view.ts"

/** The page on which administrators read what happened. */
export const AdminAuditPage = (view: AdminAuditView): Markup => {
  const texts = view.texts.admin.audit
  const names: Readonly<Record<string, string>> = texts.types
  const form = formOf(view, { id: "search", fields: ["type", "user"], errors: {} })
  const types = view.types.map((type) => ({ value: type, label: names[type] ?? type }))
  const { list, user } = view.texts.admin
  const isSearch = view.search.type !== "" || view.search.user !== ""
  return (
    <Layout view={view} title={texts.title} width="wide">
      <div class="page-head">
        <p class="hint">
          <a href={view.listPath}>{user.toList}</a>
        </p>
        <h1>{texts.title}</h1>
        <p class="hint">{texts.about}</p>
      </div>
      <Section id="search" title={list.search} hint={texts.searchHint}>
        <SearchForm label={list.search} action={view.path} submit={texts.submit}>
          <SelectField
            form={form}
            name="type"
            label={texts.type}
            value={view.search.type}
            choices={[{ value: "", label: texts.any }, ...types]}
          />
          <TextField form={form} name="user" label={texts.user} value={view.search.user} autocomplete="off" />
        </SearchForm>
        {isSearch ? (
          <p class="sessions-foot">
            <a href={view.path}>{texts.all}</a>
          </p>
        ) : null}
      </Section>
      <Section id="events" {...texts.events}>
        {view.entries.length === 0 ? <p>{texts.none}</p> : null}
        <ul class="sessions">
          {view.entries.map((entry) => (
            <Entry entry={entry} texts={view.texts} name={names[entry.type] ?? entry.type} />
          ))}
        </ul>
        <PageLinks newest={view.newestPath} older={view.olderPath} labels={texts} />
      </Section>
    </Layout>
  )
}

interface EntryProps {
  readonly entry: AuditEntryView
  readonly texts: Texts
  readonly name: string
}

const Entry = ({ entry, texts, name }: EntryProps): Markup => {
  const words = texts.admin.audit
  return (
    <li class="session">
      <div>
        <h3>{name}</h3>
        <dl class="facts">
          <div>
            <dt>{words.at}</dt>
            <dd>
              <Moment instant={entry.at} texts={texts} />
            </dd>
          </div>
          <Person label={words.by} person={entry.actor} />
          <Person label={words.to} person={entry.subject} />
          <Facts label={words.credential} values={[entry.credential ?? []].flat()} />
          <Facts label={words.from} values={[entry.ip ?? [], entry.userAgent ?? []].flat()} />
          <Facts
            label={words.details}
            values={entry.details.map(({ label, value }) => (value === "" ? label : `${label}: ${value}`))}
          />
        </dl>
      </div>
    </li>
  )
}

const Person = ({ label, person }: { readonly label: string; readonly person: AuditPerson | null }): Markup | null =>
  person === null ? null : (
    <div>
      <dt>{label}</dt>
      <dd>
        {person.path === null ? (
          <code>{person.name}</code>
        ) : (
          <a href={person.path}>
            <bdi>{person.name}</bdi>
          </a>
        )}
      </dd>
    </div>
  )

interface FactsProps {
  readonly label: string
  readonly values: ReadonlyArray<string>
}

/** Words of the trail and of clients, which are in no language, and in any direction of writing. Nothing without any. */
const Facts = ({ label, values }: FactsProps): Markup | null =>
  values.length === 0 ? null : (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>
          {values.map((value, at) => (
            <>
              {at === 0 ? null : ", "}
              <bdi>{value}</bdi>
            </>
          ))}
        </code>
      </dd>
    </div>
  )
