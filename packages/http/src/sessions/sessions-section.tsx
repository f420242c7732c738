import { AskLink } from "../page/ask.tsx"
import { askSentence } from "../page/ask-page.tsx"
import { agoText, Moment } from "../page/moment.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Markup, PageView } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import { sessionName } from "./session-name.ts"
import type { SessionsView, SessionView } from "./view.ts"

/** Lists the user's sessions, each with a link to the question whether to end it (SES-11, CSR-15). */
export const SessionsSection = ({ view }: { readonly view: SessionsView & Pick<PageView, "texts"> }): Markup => {
  const texts = view.texts.sessions
  return (
    <Section id="sessions" title={texts.title} hint={texts.hint}>
      <ul class="sessions">
        {view.sessions.map((session, at) => (
          <SessionItem id={`s${at}`} session={session} now={view.now} texts={view.texts} />
        ))}
      </ul>
      <PageLinks newest={view.newestPath} older={view.olderPath} labels={texts} />
      {view.sessions.some(({ isCurrent }) => isCurrent) && view.sessions.length > 1 ? (
        <p class="sessions-foot">
          <AskLink href={view.revokeOthersPath} question={askSentence(texts.ask.others)} label={texts.endOthers} />
        </p>
      ) : null}
    </Section>
  )
}

interface SessionItemProps {
  readonly id: string
  readonly session: SessionView
  readonly now: SessionsView["now"]
  readonly texts: Texts
}

const SessionItem = ({ id, session, now, texts: catalogue }: SessionItemProps): Markup => {
  const texts = catalogue.sessions
  const name = sessionName(session, catalogue)
  return (
    <li class="session">
      <div>
        <h3 class="session-name">
          <span id={id}>{name}</span> {session.isCurrent ? <span class="badge">{texts.current}</span> : null}{" "}
          {session.impersonation === null ? null : <span class="badge">{texts.acting}</span>}
        </h3>
        <dl class="facts">
          {session.impersonation?.reason ? (
            <div>
              <dt>{texts.reason}</dt>
              <dd>
                <bdi>{session.impersonation.reason}</bdi>
              </dd>
            </div>
          ) : null}
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
        </dl>
      </div>
      <div class="session-actions">
        {session.isCurrent ? (
          <AskLink href={session.revokePath} question={askSentence(texts.ask.here)} label={texts.endHere} />
        ) : (
          <AskLink
            href={session.revokePath}
            question={askSentence({ ...texts.ask.one, question: texts.ask.one.question(name) })}
            label={texts.end}
            about={id}
          />
        )}
      </div>
    </li>
  )
}
