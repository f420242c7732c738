import { type Identity, type ListPage, ownScopes, scope, TokenNotFound, Tokens, TokensDisabled } from "@latchkey/core"
import * as Effect from "effect/Effect"
import type { NoticeCode } from "../page/notice.tsx"
import { givenPassword, proofProblems, proveSelf } from "../sessions/prove-self.ts"
import { type Reply, redirect, reply } from "../surface/answer.ts"
import { findEntry } from "../surface/list-page.ts"
import type { FormProblems } from "../surface/or-page-again.ts"
import type { Call } from "../surface/route.ts"
import type { SurfaceContext } from "../surface/surface-context.ts"

export const group = { name: "tokens", base: "/tokens" }

const DAY = 86_400_000

export const tokenProblems = {
  ...proofProblems,
  TokenNameInvalid: ({ problem }) => ({ status: 422, errors: { name: [`token-name-${problem}`] } }),
  TokenLifetimeInvalid: ({ longest }) => ({
    status: 422,
    errors: { expires_in_days: ["token-lifetime-invalid", Math.floor(longest / DAY)] }
  }),
  ScopeNotGrantable: () => ({ status: 422, errors: { scopes: ["scope-not-grantable"] } }),
  TooManyTokens: ({ most }) => ({ status: 409, errors: { form: ["too-many-tokens", most] } })
} satisfies FormProblems

/** The token that an address is about; null if the caller has no live one with this id. */
export const findToken = ({ identity, parameters }: Call<Identity, unknown>) =>
  Effect.flatMap(Tokens, (tokens) =>
    findEntry((page: ListPage) => tokens.list(identity.user.id, page), parameters.id ?? "")
  )

/** A browser is told on the page of all tokens that one is gone. A program gets 404. */
export const isGone = (
  call: Call<Identity, unknown>,
  { site }: SurfaceContext,
  done: NoticeCode
): Effect.Effect<Reply, TokenNotFound> =>
  call.wantsPage ? Effect.succeed(reply(redirect(`${site.paths.tokens}?done=${done}`))) : new TokenNotFound()

/** Managing tokens needs a session, a password, or a token with the scope for it (PAT-04). */
export const policy = scope(ownScopes.tokens)

export const ifEnabled = ({ settings }: SurfaceContext): Effect.Effect<void, TokensDisabled> =>
  settings.tokens.enabled ? Effect.void : Effect.fail(new TokensDisabled())

/** A token may create tokens without a password, because its scope allows it. */
export const prove = (
  call: Pick<Call<Identity, unknown>, "identity" | "client" | "device">,
  current: string,
  context: SurfaceContext
) => (call.identity.via === "token" ? Effect.void : proveSelf(call, givenPassword(current), "confirm", context))
