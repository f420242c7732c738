import { AskLink } from "../page/ask.tsx"
import { askSentence } from "../page/ask-page.tsx"
import { agoText, Moment } from "../page/moment.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import { sessionName } from "../sessions/session-name.ts"
import { shownName } from "./user-facts.tsx"
import type { AdminUserPageView } from "./view.ts"

interface Props {
  readonly view: AdminUserPageView
}

/** Where a user is logged in, each with a link to the question whether to end it. */
export const UserSessionsSection = ({ view }: Props): Markup => {
  const { admin, sessions: words } = view.texts
  const name = shownName(view.subject)
  return (
    <Section id="sessions" title={admin.sessions.title} hint={admin.sessions.hint}>
      {view.sessions.entries.length === 0 ? <p>{admin.sessions.none}</p> : null}
      <ul class="sessions">
        {view.sessions.entries.map((session, at) => {
          const { ask } = admin
          const label = sessionName(session, view.texts)
          return (
            <li class="session">
              <div>
                <h3 class="session-name">
                  <span id={`s${at}`}>{label}</span>{" "}
                  {session.isCurrent ? <span class="badge">{words.current}</span> : null}
                  {session.impersonation === null ? null : <span class="badge">{admin.user.superuser}</span>}
                </h3>
                <dl class="facts">
                  <div>
                    <dt>{words.started}</dt>
                    <dd>
                      <Moment instant={session.createdAt} texts={view.texts} />
                    </dd>
                  </div>
                  <div>
                    <dt>{words.lastSeen}</dt>
                    <dd>{agoText(session.lastSeenAt, view.now, view.texts)}</dd>
                  </div>
                </dl>
              </div>
              <div class="session-actions">
                <AskLink
                  href={session.revokePath}
                  question={askSentence({ ...ask.session, question: ask.session.question(label, name) })}
                  label={words.end}
                  about={`s${at}`}
                />
              </div>
            </li>
          )
        })}
      </ul>
      <PageLinks newest={view.sessions.newestPath} older={view.sessions.olderPath} labels={words} />
    </Section>
  )
}

/** The programs that act for a user, each with a link to the question whether to revoke its token. */
export const UserTokensSection = ({ view }: Props): Markup => {
  const { admin, tokens } = view.texts
  const { list } = tokens
  const name = shownName(view.subject)
  return (
    <Section id="tokens" title={admin.tokens.title} hint={admin.tokens.hint}>
      {view.tokens.entries.length === 0 ? <p>{admin.tokens.none}</p> : null}
      <ul class="sessions">
        {view.tokens.entries.map((token, at) => {
          const { ask } = admin
          return (
            <li class="session">
              <div>
                <h3 class="session-name">
                  <bdi id={`t${at}`}>{token.name}</bdi>
                </h3>
                <dl class="facts">
                  <div>
                    <dt>{list.access}</dt>
                    <dd>{token.scopes.length === 0 ? list.noScopes : token.scopes.join(", ")}</dd>
                  </div>
                  <div>
                    <dt>{list.lastUsed}</dt>
                    <dd>
                      {token.lastUsedAt === null ? list.neverUsed : agoText(token.lastUsedAt, view.now, view.texts)}
                    </dd>
                  </div>
                </dl>
              </div>
              <div class="session-actions">
                <AskLink
                  href={token.revokePath}
                  question={askSentence({ ...ask.token, question: ask.token.question(token.name, name) })}
                  label={admin.tokens.revoke}
                  about={`t${at}`}
                />
              </div>
            </li>
          )
        })}
      </ul>
      <PageLinks newest={view.tokens.newestPath} older={view.tokens.olderPath} labels={list} />
    </Section>
  )
}
