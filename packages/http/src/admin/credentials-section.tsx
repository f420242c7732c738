import { AskLink } from "../page/ask.tsx"
import { askSentence } from "../page/ask-page.tsx"
import { agoText, Moment } from "../page/moment.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Content, Markup } from "../page/view.ts"
import { sessionName } from "../sessions/session-name.ts"
import { shownName } from "./user-facts.tsx"
import type { AdminUserPageView } from "./view.ts"

interface SectionProps {
  readonly view: AdminUserPageView
}

/** Where a user is logged in, each with a link to the question whether to end it. */
export const UserSessionsSection = ({ view }: SectionProps): Markup => {
  const { admin, sessions: words } = view.texts
  const { session: asked } = admin.ask
  const { entries, newestPath, olderPath } = view.sessions
  return (
    <Section id="sessions" title={admin.sessions.title} hint={admin.sessions.hint}>
      {entries.length === 0 ? <p>{admin.sessions.none}</p> : null}
      <ul class="sessions">
        {entries.map((session, at) => {
          const name = sessionName(session, view.texts)
          return (
            <Entry
              id={`s${at}`}
              name={name}
              badges={[
                session.isCurrent ? words.current : [],
                session.impersonation === null ? [] : admin.sessions.acting
              ].flat()}
              facts={[
                ...(session.impersonation?.reason
                  ? [{ label: words.reason, value: <bdi>{session.impersonation.reason}</bdi> }]
                  : []),
                { label: words.started, value: <Moment instant={session.createdAt} texts={view.texts} /> },
                { label: words.lastSeen, value: agoText(session.lastSeenAt, view.now, view.texts) }
              ]}
              revokePath={session.revokePath}
              question={askSentence({ ...asked, question: asked.question(name, shownName(view.subject)) })}
              label={words.end}
            />
          )
        })}
      </ul>
      <PageLinks newest={newestPath} older={olderPath} labels={words} />
    </Section>
  )
}

/** The programs that act for a user, each with a link to the question whether to revoke its token. */
export const UserTokensSection = ({ view }: SectionProps): Markup => {
  const { admin, tokens } = view.texts
  const { token: asked } = admin.ask
  const { list: words } = tokens
  const { entries, newestPath, olderPath } = view.tokens
  return (
    <Section id="tokens" title={admin.tokens.title} hint={admin.tokens.hint}>
      {entries.length === 0 ? <p>{admin.tokens.none}</p> : null}
      <ul class="sessions">
        {entries.map(({ lastUsedAt, name, revokePath, scopes }, at) => (
          <Entry
            id={`t${at}`}
            name={name}
            facts={[
              { label: words.access, value: scopes.length === 0 ? words.noScopes : scopes.join(", ") },
              {
                label: words.lastUsed,
                value: lastUsedAt === null ? words.neverUsed : agoText(lastUsedAt, view.now, view.texts)
              }
            ]}
            revokePath={revokePath}
            question={askSentence({ ...asked, question: asked.question(name, shownName(view.subject)) })}
            label={admin.tokens.revoke}
          />
        ))}
      </ul>
      <PageLinks newest={newestPath} older={olderPath} labels={words} />
    </Section>
  )
}

interface EntryProps {
  readonly id: string
  readonly name: string
  readonly badges?: ReadonlyArray<string>
  readonly facts: ReadonlyArray<{ readonly label: string; readonly value: Content }>
  readonly revokePath: string
  readonly question: string
  /** What the link says that ends it. */
  readonly label: string
}

/** A session or a token, with the link to the question whether to end it. */
const Entry = ({ id, name, badges = [], facts, revokePath, question, label }: EntryProps): Markup => (
  <li class="session">
    <div>
      <h3 class="session-name">
        <bdi id={id}>{name}</bdi>
        {badges.map((badge) => (
          <>
            {" "}
            <span class="badge">{badge}</span>
          </>
        ))}
      </h3>
      <dl class="facts">
        {facts.map((fact) => (
          <div>
            <dt>{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </div>
    <div class="session-actions">
      <AskLink href={revokePath} question={question} label={label} about={id} />
    </div>
  </li>
)
