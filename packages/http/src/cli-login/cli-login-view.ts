import {
  type Challenge,
  hasChallengeExpired,
  type Identity,
  isOtherNetwork,
  isUserCodeOf,
  MOST_WRONG_NUMBERS,
  type OwnChallenge,
  parseUserCode,
  shownUserCode
} from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { FormErrors } from "../page/form.ts"
import type { MessageAction } from "../page/message.tsx"
import { type NoticeCode, noticeIn } from "../page/notice.tsx"
import { agentText } from "../sessions/agent-text.ts"
import { profileLink } from "../sessions/profile-link.ts"
import { mustProve } from "../sessions/prove-self.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import { scopeText } from "../texts/scope-text.ts"
import type { Texts } from "../texts/texts.ts"
import type { CliLoginGift, CliLoginState, CliLoginView } from "./view.ts"

/** The addresses of one CLI login. */
export interface CliLoginLinks {
  readonly show: Endpoint
  readonly approve: Endpoint
  readonly deny: Endpoint
}

/** What differs from the page as it is opened. */
export interface Showing {
  /** The code as it came with the address or the form. The page shows it if it is that of the program. */
  readonly code: string | null
  /** The number for the program, which only the answer to an approval has. */
  readonly number?: string
  readonly errors?: FormErrors
}

/** The page about a program that asks to log in, as it is now. */
export const cliLoginView = Effect.fnUntraced(function* (
  context: SurfaceContext,
  links: CliLoginLinks,
  call: Pick<Call<Identity, unknown>, "identity" | "client" | "query" | "texts">,
  challenge: OwnChallenge,
  { code, number, errors = {} }: Showing
) {
  const { places, settings } = context
  const { texts } = call
  const now = yield* Clock.currentTimeMillis
  const state = stateOf(challenge, now)
  const isOpen = state.name === "undecided" || state.name === "approved"
  const isElsewhere = isOtherNetwork(challenge, call.client)
  const linkTo = (endpoint: Endpoint) => places.linkTo(endpoint, { id: challenge.id })
  const view: CliLoginView = {
    ...context.viewFor(call),
    user: call.identity.user,
    program: challenge.program,
    code: code !== null && isUserCodeOf(challenge, code) ? shownCode(code) : null,
    address: challenge.ip,
    agent: shownAgent(challenge, texts),
    askedAt: challenge.createdAt,
    scopes: challenge.scopes.map((name) => ({
      name,
      about: scopeText(texts, name, settings.tokens.scopes[name] ?? "")
    })),
    gift: giftOf(challenge, settings),
    network: isElsewhere === null ? "unknown" : isElsewhere ? "other" : "same",
    isNetworkRefused: settings.cliLogin.otherNetwork === "refuse" && isElsewhere !== false,
    state: state.name === "approved" && number !== undefined ? { ...state, number } : state,
    approvePath: linkTo(links.approve),
    denyPath: linkTo(links.deny),
    asksCurrentPassword: isOpen && (yield* mustProve(call.identity, context)),
    errors: isOpen ? errors : {},
    actions: actionsOf(state, linkTo(links.show), challenge, context, texts),
    now,
    notice: noticeIn(call, noticesOf[state.name] ?? [])
  }
  return view
})

/** What the address may say in each state. The program knows the address of this page, and could send a link that says what is not so. */
const noticesOf: { readonly [State in CliLoginState["name"]]?: ReadonlyArray<NoticeCode> } = {
  denied: ["denied-before"],
  "logged-in": ["collected-before"]
}

/** What has become of a challenge. */
export const stateOf = (challenge: OwnChallenge, now: number): CliLoginState => {
  if (challenge.state === "redeemed") return { name: "logged-in", at: challenge.redeemedAt }
  if (challenge.state === "denied") return { name: "denied", by: challenge.deniedBy }
  if (hasChallengeExpired(challenge, now)) return { name: "expired" }
  if (challenge.state === "claimed") return { name: "undecided" }
  const { hasNumber, wrongNumbers } = challenge
  const attemptsLeft = wrongNumbers === 0 ? null : MOST_WRONG_NUMBERS - wrongNumbers
  return { name: "approved", hasNumber, number: null, attemptsLeft }
}

/** A code as people see it: `BCDF-GHJK`; empty text for what is no code. */
export const shownCode = (typed: string): string => {
  const code = parseUserCode(typed)
  return code === null ? "" : shownUserCode(code)
}

/** So much of an unknown agent is enough to recognise it, and too little to fill the page. */
const AGENT_SHOWN = 40

/** The program that asks, in words, or else the beginning of what it sent. */
export const shownAgent = ({ userAgent }: Pick<Challenge, "userAgent">, texts: Texts): string | null => {
  if (userAgent === null || userAgent === "") return null
  return agentText(userAgent, texts) ?? Array.from(userAgent).slice(0, AGENT_SHOWN).join("")
}

const giftOf = ({ result }: Challenge, { cliLogin, sessions }: SurfaceContext["settings"]): CliLoginGift =>
  result === "token"
    ? { kind: "token", lifetime: cliLogin.tokenLifetime }
    : { kind: "session", idle: sessions.idle, absolute: sessions.absolute }

/** Where to go from here: to what the program got, to the next code, to the list. */
const actionsOf = (
  { name }: CliLoginState,
  path: string,
  { result }: Challenge,
  context: SurfaceContext,
  { cliLogin: texts }: Texts
): ReadonlyArray<MessageAction> => {
  const { offers, site } = context
  const toList = offers("profile") ? [{ label: texts.toList, href: profileLink(context, "#programs") }] : []
  const enterCode = { label: texts.enterCode, href: site.paths.cliLogin }
  switch (name) {
    case "undecided":
      return []
    case "approved":
      return [{ label: texts.approved.lookAgain, href: path }]
    case "logged-in":
      if (result === "token") return offers("tokens") ? [{ label: texts.loggedIn.tokens, href: site.paths.tokens }] : []
      return offers("profile") ? [{ label: texts.loggedIn.sessions, href: profileLink(context, "#sessions") }] : []
    case "denied":
      return toList
    case "expired":
      return [enterCode, ...toList]
  }
}
