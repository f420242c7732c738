import { hasScope, type Identity, type IssuedToken, reveal, Tokens } from "@latchkey/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Notice, TokensView } from "../page/view.ts"
import { paths } from "../page/paths.ts"
import type { Toolkit } from "../surface/surface-context.ts"
import { mustProve } from "../sessions/prove-self.ts"
import type { Errors } from "../surface/or-page-again.ts"
import type { Call } from "../surface/route.ts"
import { boxOf, type IssueTokenBody, scopesIn } from "./token-bodies.ts"

/** What is particular about this showing of the page. */
interface Showing {
  /** The token that was just made: shown this once. */
  readonly issued?: IssuedToken
  /** What the form was filled with when it was refused. */
  readonly filled?: IssueTokenBody
  readonly errors?: Errors
}

const DAY = 86_400_000

/** Lifetimes to choose from, in days, as far as the settings allow them. */
const CHOICES = [1, 7, 30, 90, 180, 365]

const notices: ReadonlyMap<string, string> = new Map([["revoked", "The token was revoked. It opens nothing any more."]])

/** The page of one's own tokens, as it is now. */
export const tokensPage = Effect.fnUntraced(function* (
  tools: Toolkit,
  call: Pick<Call<Identity, unknown>, "identity" | "query">,
  { issued, filled, errors = {} }: Showing
) {
  const { identity, query } = call
  const { tokens: options } = tools.settings
  const chosen = filled === undefined ? [] : scopesIn(filled)
  const text = notices.get(query.get("done") ?? "")
  const notice: Notice | null = text === undefined || issued !== undefined ? null : { kind: "success", text }
  const tokens = yield* (yield* Tokens).list(identity.user.id)
  const usual = Math.max(1, Math.floor(options.lifetime / DAY))
  const days = [...new Set([...CHOICES, usual])].filter((each) => each * DAY <= options.longest).sort((a, b) => a - b)
  const view: TokensView = {
    ...tools.viewFor(identity, paths.tokens),
    user: identity.user,
    tokens: tokens.map((token) => ({
      ...token,
      isReplaced: token.replacedBy !== null,
      revokePath: paths.revokeToken(token.id),
      rotatePath: paths.rotateToken(token.id)
    })),
    issued: issued === undefined ? null : { name: issued.token.name, secret: reveal(issued.secret) },
    scopes: Object.entries(options.scopes)
      .filter(([name]) => hasScope(identity.scopes, name))
      .map(([name, about]) => ({ name, about, field: boxOf(name), isChosen: chosen.includes(name) })),
    lifetimes: [...days.map(String), ...(options.mayBeEndless ? ["never"] : [])],
    form: {
      name: filled?.name ?? "",
      expiresInDays: String(filled?.expires_in_days ?? usual),
      errors
    },
    asksCurrentPassword: identity.via !== "token" && (yield* mustProve(identity, tools)),
    overlap: options.overlap,
    now: yield* Clock.currentTimeMillis,
    notice
  }
  return tools.pages.tokens(view)
})
