import { DataSection } from "../account/data-section.tsx"
import { CliLoginsSection } from "../cli-login/cli-logins-section.tsx"
import { AskDialog } from "../page/ask.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup, NavigationEntry } from "../page/view.ts"
import { SessionsSection } from "../sessions/sessions-section.tsx"
import { DetailsSection, detailsForm } from "./details-section.tsx"
import { PasswordSection, passwordForm } from "./password-section.tsx"
import type { ProfileView } from "./view.ts"

/** The page where users look after their own account: names, password, sessions. */
export const ProfilePage = (view: ProfileView): Markup => {
  const texts = view.texts.profile
  const [details, password] = [detailsForm(view), passwordForm(view)]
  const failed = hasErrors(details) || hasErrors(password)
  return (
    <Layout view={{ ...view, navigation: withLogout(view) }} title={texts.title} failed={failed} width="wide">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint">
          {texts.loggedInAs} <bdi class="strong">{view.user.username ?? view.user.email}</bdi>
        </p>
      </div>
      <OptionalNotice notice={view.notice} />
      <ErrorSummary form={details} />
      <ErrorSummary form={password} />
      <DetailsSection view={view} form={details} />
      <PasswordSection view={view} form={password} />
      {view.programs.entries.length === 0 ? null : (
        <CliLoginsSection view={view.programs} user={view.user} texts={view.texts} />
      )}
      {view.sessions.length === 0 ? null : <SessionsSection view={view} />}
      <DataSection view={view} />
      {view.sessions.length === 0 ? null : <AskDialog texts={view.texts} />}
    </Layout>
  )
}

/** Adds a way to log out to the profile if the menu has none (HTM-08). */
const withLogout = ({ navigation, canLogOut, site, texts }: ProfileView): ReadonlyArray<NavigationEntry> =>
  !canLogOut || navigation.some(({ href, method }) => method === "post" && href === site.paths.logout)
    ? navigation
    : [...navigation, { label: texts.page.navigation.logout, href: site.paths.logout, method: "post" }]
