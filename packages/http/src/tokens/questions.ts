import type { AccessToken, Identity } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { AskField, AskView } from "../page/ask-page.tsx"
import type { FormErrors } from "../page/form.ts"
import { mustProve } from "../sessions/prove-self.ts"
import type { Endpoint } from "../surface/endpoint.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"
import type { Texts } from "../texts/texts.ts"

type Asked = Pick<Call<Identity, unknown>, "identity" | "texts">

/** The question before a token is revoked. */
export const askToRevoke = (context: SurfaceContext, call: Asked, token: AccessToken, revoke: Endpoint): AskView => {
  const words = call.texts.tokens.ask.revoke
  return {
    ...context.viewFor(call),
    title: words.title,
    question: words.question(token.name),
    consequences: words.consequences,
    facts: factsOf(token, call.texts),
    fields: [],
    errors: {},
    action: context.places.linkTo(revoke, { id: token.id }),
    submit: words.submit,
    back: { label: words.back, href: `${context.site.paths.tokens}#tokens` }
  }
}

/** What the form of the question had in it when it was refused. */
export interface RefusedRotation {
  readonly overlapHours: string
  readonly errors: FormErrors
}

/** The question before a token is rotated, with what becomes of the old one. It asks for the password where the log-in is old. */
export const askToRotate = Effect.fnUntraced(function* (
  context: SurfaceContext,
  call: Asked,
  token: AccessToken,
  rotate: Endpoint,
  { overlapHours, errors }: RefusedRotation = { overlapHours: "", errors: {} }
) {
  const words = call.texts.tokens.ask.rotate
  const isStale = call.identity.via !== "token" && (yield* mustProve(call.identity, context))
  const view: AskView = {
    ...context.viewFor(call),
    title: words.title,
    question: words.question(token.name),
    consequences: words.consequences,
    facts: factsOf(token, call.texts),
    fields: [
      overlapField(overlapHours, context.settings.tokens.overlap, call.texts),
      ...(isStale || errors.current_password !== undefined ? [passwordField(call.texts)] : [])
    ],
    errors,
    action: context.places.linkTo(rotate, { id: token.id }),
    submit: words.submit,
    back: { label: words.back, href: `${context.site.paths.tokens}#tokens` }
  }
  return view
})

const factsOf = ({ hint, createdAt, lastUsedAt }: AccessToken, { tokens: { list } }: Texts): AskView["facts"] => [
  ...(hint === "" ? [] : [{ label: list.endsIn, value: `…${hint}` }]),
  { label: list.created, value: createdAt },
  { label: list.lastUsed, value: lastUsedAt ?? list.neverUsed }
]

const HOUR = 3_600_000

/** Whether the old token stays valid for as long as the options say, or ends at once. */
const overlapField = (value: string, overlap: number, { tokens }: Texts): AskField => {
  const { old, oldEnds, oldWorks } = tokens.ask.rotate
  const usual = { value: "", label: oldWorks(tokens.list.span(Math.round(overlap / HOUR))) }
  return { kind: "choice", name: "overlap_hours", label: old, value, choices: [usual, { value: "0", label: oldEnds }] }
}

const passwordField = ({ page }: Texts): AskField => ({
  kind: "password",
  name: "current_password",
  label: page.currentPassword,
  hint: page.currentPasswordHint
})
