import type { Identity, Session } from "@latchkey/core"
import type { AskView } from "../page/ask-page.tsx"
import type { Endpoint } from "../surface/endpoint.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { currentSessionId } from "./browser-session.ts"
import { profileLink } from "./profile-link.ts"
import { sessionName } from "./session-name.ts"

type Asked = Pick<Call<Identity, unknown>, "identity" | "texts">

/** The question before a session ends. For the one that asks, it is whether to log out here. */
export const askToEnd = (context: SurfaceContext, call: Asked, session: Session, end: Endpoint): AskView => {
  const { ask, started, lastSeen, userAgent } = call.texts.sessions
  const isCurrent = session.id === currentSessionId(call.identity)
  const words = isCurrent ? ask.here : { ...ask.one, question: ask.one.question(sessionName(session, call.texts)) }
  const facts = [
    { label: started, value: session.createdAt },
    { label: lastSeen, value: session.lastSeenAt },
    ...(session.userAgent === null ? [] : [{ label: userAgent, value: session.userAgent }])
  ]
  return question(context, call, words, { facts, action: context.places.linkTo(end, { id: session.id }) })
}

/** The question before all other sessions end. */
export const askToEndOthers = (context: SurfaceContext, call: Asked, end: Endpoint): AskView =>
  question(context, call, call.texts.sessions.ask.others, { facts: [], action: context.places.linkTo(end) })

/** A question that needs nothing but its answer, and leads back to the list of sessions. */
const question = (
  context: SurfaceContext,
  call: Asked,
  { back, ...words }: Pick<AskView, "title" | "question" | "consequences" | "submit"> & { readonly back: string },
  about: Pick<AskView, "facts" | "action">
): AskView => ({
  ...context.viewFor(call),
  ...words,
  ...about,
  fields: [],
  errors: {},
  back: { label: back, href: profileLink(context, "#sessions") }
})
