import { ErrorSummary, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { NoticeBox, OptionalNotice } from "../page/notice.tsx"
import { pageTexts } from "../page/texts.ts"
import type { Markup, NavigationEntry } from "../page/view.ts"
import { SessionsSection } from "../sessions/sessions-section.tsx"
import { DetailsSection, detailsProblem } from "./details-section.tsx"
import { PasswordSection, passwordProblem } from "./password-section.tsx"
import { profileTexts as texts } from "./texts.ts"
import type { ProfileView } from "./view.ts"

/** The page where users look after their own account: names, password, sessions. */
export const ProfilePage = (view: ProfileView): Markup => {
  const failed = hasErrors(view.details.errors) || hasErrors(view.passwordErrors)
  return (
    <Layout view={{ ...view, navigation: withLogout(view) }} title={texts.title} failed={failed} width="wide">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint">
          {texts.loggedInAs} <bdi class="strong">{view.user.username ?? view.user.email}</bdi>
        </p>
      </div>
      <OptionalNotice notice={view.notice} />
      {view.mustChangePassword ? (
        <NoticeBox kind="warning">
          {texts.mustChange} <a href="#password">{texts.mustChangeLink}</a> {texts.mustChangeRest}
        </NoticeBox>
      ) : null}
      <ErrorSummary {...detailsProblem(view)} />
      <ErrorSummary {...passwordProblem(view)} />
      {view.mustChangePassword ? <PasswordSection view={view} /> : null}
      <DetailsSection view={view} />
      {view.mustChangePassword ? null : <PasswordSection view={view} />}
      {view.sessions.length === 0 ? null : <SessionsSection view={view} />}
    </Layout>
  )
}

/** Adds a way to log out to the profile if the menu has none (HTM-08). */
const withLogout = ({ navigation, canLogOut, site: { paths } }: ProfileView): ReadonlyArray<NavigationEntry> =>
  !canLogOut || navigation.some(({ href, method }) => method === "post" && href === paths.logout)
    ? navigation
    : [...navigation, { label: pageTexts.navigation.logout, href: paths.logout, method: "post" }]
