import { agoText, Moment, momentText } from "../page/moment.tsx"
import { Section } from "../page/section.tsx"
import { agentText } from "./agent-text.ts"
import type { Instant, Markup, ProfileView, SessionView } from "../page/view.ts"

/** Lists the user's sessions, each with a button that ends it (SES-11). */
export const SessionsSection = ({ view }: { readonly view: ProfileView }): Markup => (
  <Section
    id="sessions"
    title="Sessions"
    hint="Where you are logged in. End any you do not recognise, then change your password."
  >
    <ul class="sessions">
      {view.sessions.map((session) => (
        <SessionItem session={session} now={view.now} />
      ))}
    </ul>
    {view.sessions.some(({ isCurrent }) => isCurrent) && view.sessions.length > 1 ? (
      <form class="sessions-foot" method="post" action={view.site.paths.revokeOtherSessions}>
        <button class="button button-danger" type="submit">
          End all others
        </button>
      </form>
    ) : null}
  </Section>
)

const SessionItem = ({ session, now }: { readonly session: SessionView; readonly now: Instant }): Markup => (
  <li class="session">
    <div class="session-text">
      <h3 class="session-name">
        {sessionName(session)} {session.isCurrent ? <span class="badge">This session</span> : null}
      </h3>
      <dl class="facts">
        <div>
          <dt>Started</dt>
          <dd>
            <Moment instant={session.createdAt} />
          </dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>
            <Moment instant={session.lastSeenAt} /> <span class="ago">({agoText(session.lastSeenAt, now)})</span>
          </dd>
        </div>
        {session.ip === null ? null : (
          <div>
            <dt>IP address</dt>
            <dd>
              <bdi>{session.ip}</bdi>
            </dd>
          </div>
        )}
      </dl>
      {session.userAgent === null ? null : (
        <details class="agent">
          <summary>User agent</summary>
          <p>
            <bdi>{session.userAgent}</bdi>
          </p>
        </details>
      )}
    </div>
    <form method="post" action={session.revokePath}>
      <button class="button button-quiet" type="submit">
        End
        <span class="visually-hidden">
          {` ${session.isCurrent ? "this session" : "session"}: ${sessionName(session)}, started ${momentText(session.createdAt)}`}
        </span>
      </button>
    </form>
  </li>
)

/** What people recognise a session by. The words are ours: the client's own are shown apart from them. */
const sessionName = ({ kind, userAgent }: SessionView): string =>
  (userAgent === null ? null : agentText(userAgent)) ?? (kind === "browser" ? "Browser" : "Program")
