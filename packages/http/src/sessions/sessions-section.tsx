import { agoText, Moment, momentText } from "../page/moment.tsx"
import { Section } from "../page/section.tsx"
import type { Markup, PageView } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import { agentText } from "./agent-text.ts"
import type { SessionsView, SessionView } from "./view.ts"

/** Lists the user's sessions, each with a button that ends it (SES-11). */
export const SessionsSection = ({ view }: { readonly view: SessionsView & Pick<PageView, "texts"> }): Markup => {
  const texts = view.texts.sessions
  return (
    <Section id="sessions" title={texts.title} hint={texts.hint}>
      <ul class="sessions">
        {view.sessions.map((session) => (
          <SessionItem session={session} now={view.now} texts={view.texts} />
        ))}
      </ul>
      {view.olderPath === null ? null : (
        <p class="sessions-foot">
          <a href={view.olderPath}>{texts.older}</a>
        </p>
      )}
      {view.sessions.some(({ isCurrent }) => isCurrent) && view.sessions.length > 1 ? (
        <form class="sessions-foot" method="post" action={view.revokeOthersPath}>
          <button class="button button-danger" type="submit">
            {texts.endOthers}
          </button>
        </form>
      ) : null}
    </Section>
  )
}

interface SessionItemProps {
  readonly session: SessionView
  readonly now: SessionsView["now"]
  readonly texts: Texts
}

const SessionItem = ({ session, now, texts: catalogue }: SessionItemProps): Markup => {
  const texts = catalogue.sessions
  const name = sessionName(session, catalogue)
  return (
    <li class="session">
      <div class="session-text">
        <h3 class="session-name">
          {name} {session.isCurrent ? <span class="badge">{texts.current}</span> : null}
        </h3>
        <dl class="facts">
          <div>
            <dt>{texts.started}</dt>
            <dd>
              <Moment instant={session.createdAt} texts={catalogue} />
            </dd>
          </div>
          <div>
            <dt>{texts.lastSeen}</dt>
            <dd>
              <Moment instant={session.lastSeenAt} texts={catalogue} />{" "}
              <span class="ago">({agoText(session.lastSeenAt, now, catalogue)})</span>
            </dd>
          </div>
          {session.ip === null ? null : (
            <div>
              <dt>{texts.ip}</dt>
              <dd>
                <bdi>{session.ip}</bdi>
              </dd>
            </div>
          )}
        </dl>
        {session.userAgent === null ? null : (
          <details class="agent">
            <summary>{texts.userAgent}</summary>
            <p>
              <bdi>{session.userAgent}</bdi>
            </p>
          </details>
        )}
      </div>
      <form method="post" action={session.revokePath}>
        <button class="button button-quiet" type="submit">
          {texts.end}
          <span class="visually-hidden">
            {texts.endAbout(name, momentText(session.createdAt, catalogue), session.isCurrent)}
          </span>
        </button>
      </form>
    </li>
  )
}

/** The name by which people recognise a session. It consists of our own words; the page shows the client's text separately. */
const sessionName = ({ kind, userAgent }: SessionView, texts: Texts): string =>
  (userAgent === null ? null : agentText(userAgent, texts)) ?? texts.sessions.kinds[kind]
