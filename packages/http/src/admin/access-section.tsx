import { ActionButton } from "../page/action-button.tsx"
import { AskLink } from "../page/ask.tsx"
import { askSentence } from "../page/ask-page.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import { shownName } from "./user-facts.tsx"
import type { AdminUserPageView } from "./view.ts"

/** What administrators do to a user, besides changing them, and what the host adds. */
export const AccessSection = ({ view }: { readonly view: AdminUserPageView }): Markup => {
  const { access, ask } = view.texts.admin
  const name = shownName(view.subject)
  return (
    <Section id="access" title={access.title} hint={access.hint}>
      <div class="actions">
        {view.passwordLinkPath === null ? null : (
          <form method="post" action={view.passwordLinkPath}>
            <button class="button button-quiet" type="submit">
              {access.link}
            </button>
          </form>
        )}
        <a class="button button-quiet" href={view.auditPath}>
          {access.trail}
        </a>
        {view.impersonatePath === null ? null : (
          <a class="button button-quiet" href={view.impersonatePath}>
            {access.actAs}
          </a>
        )}
        {view.actions.map((action) => (
          <ActionButton action={action} />
        ))}
        <AskLink
          href={view.revokeAllPath}
          question={askSentence({ ...ask.end, question: ask.end.question(name) })}
          label={access.end}
        />
        {/* Without a dialog: its page may ask for the password. */}
        <a class="button button-danger" href={view.deletePath}>
          {access.remove}
        </a>
      </div>
    </Section>
  )
}
