import { Moment } from "../page/moment.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import type { AdminUserView } from "./view.ts"

interface UserProps {
  readonly user: AdminUserView
  readonly texts: Texts
}

/** What is unusual about a user, in a word each. */
export const UserBadges = ({ user, texts: { admin } }: UserProps): Markup => (
  <>
    {user.isSuperuser ? <span class="badge">{admin.user.superuser}</span> : null}
    {user.isActive ? null : <span class="badge">{admin.user.inactive}</span>}
    {user.isVerified || user.email === null ? null : <span class="badge">{admin.user.unverified}</span>}
    {user.mustChangePassword ? <span class="badge">{admin.user.mustChange}</span> : null}
  </>
)

/** The rest, with what the host adds. */
export const UserFacts = ({ user, texts: catalogue }: UserProps): Markup => {
  const texts = catalogue.admin.user
  return (
    <dl class="facts">
      {user.email === null || user.username === null ? null : (
        <div>
          <dt>{texts.email}</dt>
          <dd>
            <bdi>{user.email}</bdi>
          </dd>
        </div>
      )}
      {user.roles.length === 0 ? null : (
        <div>
          <dt>{texts.roles}</dt>
          <dd>{user.roles.join(", ")}</dd>
        </div>
      )}
      <div>
        <dt>{texts.created}</dt>
        <dd>
          <Moment instant={user.createdAt} texts={catalogue} />
        </dd>
      </div>
      <div>
        <dt>{texts.lastLogin}</dt>
        <dd>{user.lastLoginAt === null ? texts.never : <Moment instant={user.lastLoginAt} texts={catalogue} />}</dd>
      </div>
      {user.added.map(({ label, value }) => (
        <div>
          <dt>
            <bdi>{label}</bdi>
          </dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The name by which people know a user. */
export const shownName = ({ username, email }: Pick<AdminUserView, "username" | "email">): string =>
  username ?? email ?? ""
