import { AskDialog } from "../page/ask.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import { AccessSection } from "./access-section.tsx"
import { UserSessionsSection, UserTokensSection } from "./credentials-section.tsx"
import { EditSection, editForm } from "./edit-section.tsx"
import { shownName, UserBadges, UserFacts } from "./user-facts.tsx"
import type { AdminUserPageView } from "./view.ts"

/** The page of one user, for administrators. */
export const AdminUserPage = (view: AdminUserPageView): Markup => {
  const texts = view.texts.admin.user
  const form = editForm(view)
  const name = shownName(view.subject)
  return (
    <Layout view={view} title={name} failed={hasErrors(form)} width="wide">
      <div class="page-head">
        <p class="hint">
          <a href={view.listPath}>{texts.toList}</a>
        </p>
        <h1 class="session-name">
          <bdi>{name}</bdi> {view.isSelf ? <span class="badge">{texts.you}</span> : null}
          <UserBadges user={view.subject} texts={view.texts} />
        </h1>
        <UserFacts user={view.subject} texts={view.texts} />
      </div>
      <OptionalNotice notice={view.notice} />
      <ErrorSummary form={form} />
      <EditSection view={view} form={form} />
      <AccessSection view={view} />
      <UserSessionsSection view={view} />
      <UserTokensSection view={view} />
      <AskDialog texts={view.texts} />
    </Layout>
  )
}
