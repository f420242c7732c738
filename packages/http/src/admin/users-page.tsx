import { SelectField, TextField } from "../page/field.tsx"
import { type Form, formOf } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import { SearchForm } from "./search-form.tsx"
import { shownName, UserBadges, UserFacts } from "./user-facts.tsx"
import type { AdminUsersView } from "./view.ts"

/** The page on which administrators look for users. */
export const AdminUsersPage = (view: AdminUsersView): Markup => {
  const texts = view.texts.admin.list
  const links = { newest: texts.first, older: texts.next }
  return (
    <Layout view={view} title={texts.title} width="wide">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint">{texts.about}</p>
      </div>
      <OptionalNotice notice={view.notice} />
      <p class="actions">
        <a class="button" href={view.newPath}>
          {texts.add}
        </a>
        <a class="button button-quiet" href={view.auditPath}>
          {texts.trail}
        </a>
        {view.settingsPath === null ? null : (
          <a class="button button-quiet" href={view.settingsPath}>
            {view.texts.settings.title}
          </a>
        )}
      </p>
      <UserSearch view={view} />
      <Section
        id="users"
        title={view.isSearch ? texts.found : texts.everybody}
        hint={view.isByName ? texts.byName : texts.newestFirst}
      >
        {view.users.length === 0 ? <p>{texts.none}</p> : null}
        <ul class="sessions">
          {view.users.map((user) => (
            <li class="session">
              <div>
                <h3 class="session-name">
                  <a href={user.path}>
                    <bdi>{shownName(user)}</bdi>
                  </a>{" "}
                  <UserBadges user={user} texts={view.texts} />
                </h3>
                <UserFacts user={user} texts={view.texts} />
              </div>
            </li>
          ))}
        </ul>
        <PageLinks newest={view.firstPath} older={view.nextPath} labels={links} />
      </Section>
    </Layout>
  )
}

const UserSearch = ({ view }: { readonly view: AdminUsersView }): Markup => {
  const { search, texts: catalogue } = view
  const texts = catalogue.admin.list
  const form = formOf(view, { id: "search", fields: ["query"], errors: {} })
  const any = { value: "", label: texts.any }
  return (
    <Section id="search" title={texts.search} hint={texts.searchHint}>
      <SearchForm label={texts.search} action={view.site.paths.admin} submit={texts.submit}>
        <TextField form={form} name="query" label={texts.query} value={search.query} autocomplete="off" />
        <Flag form={form} view={view} name="is_active" label={texts.active} value={search.isActive} />
        <Flag form={form} view={view} name="is_superuser" label={texts.superuser} value={search.isSuperuser} />
        <Flag form={form} view={view} name="is_verified" label={texts.verified} value={search.isVerified} />
        {view.roles.length === 0 ? null : (
          <SelectField
            form={form}
            name="role"
            label={texts.role}
            value={search.role}
            choices={[any, ...view.roles.map((role) => ({ value: role, label: role }))]}
          />
        )}
      </SearchForm>
      {view.isSearch ? (
        <p class="sessions-foot">
          <a href={view.site.paths.admin}>{texts.all}</a>
        </p>
      ) : null}
    </Section>
  )
}

interface FlagProps {
  readonly form: Form
  readonly view: AdminUsersView
  readonly name: string
  readonly label: string
  readonly value: string
}

const Flag = ({ form, view, name, label, value }: FlagProps): Markup => {
  const { any, yes, no } = view.texts.admin.list
  const choices = [
    { value: "", label: any },
    { value: "true", label: yes },
    { value: "false", label: no }
  ]
  return <SelectField form={form} name={name} label={label} value={value} choices={choices} />
}
