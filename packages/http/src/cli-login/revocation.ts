import { auditNameOf, Sessions, Tokens } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { optionalText, required } from "../surface/body-fields.ts"
import { type Call, type Route, route } from "../surface/route.ts"
import { oauth } from "./groups.ts"
import { oauthRefusals } from "./oauth-refusals.ts"

/**
 * Ends what a program holds, as when its user logs out of it (RFC 7009). Whoever has a token may end it, so that one which was found may
 * be ended too. An unknown one is answered alike, since it opens nothing either way (RFC 7009 §2.2).
 */
export const revokeHeld: Route = route({
  method: "POST",
  path: "/oauth/revoke",
  group: oauth,
  onlyIn: "session",
  refusals: oauthRefusals,
  accepts: "form",
  summary: "End a token, or the bearer session, that a program holds (RFC 7009)",
  policy: null,
  body: Schema.Struct({ token: required, token_type_hint: optionalText, client_id: optionalText }),
  outcomes: [
    { status: 200, about: "It opens nothing any more, or never did" },
    { status: 400, about: "invalid_request" }
  ],
  handle: (call) => Effect.as(end(call), reply(json({})))
})

const end = Effect.fnUntraced(function* ({ body, client }: Call<null, { readonly token: string }>) {
  const [tokens, sessions] = [yield* Tokens, yield* Sessions]
  const held = yield* sessions.resumeBearer(body.token)
  if (held !== null) {
    const trace = { actor: held.user.id, actedWith: auditNameOf(held), client, as: "logout" } as const
    if ("jwt" in held) return yield* sessions.closeToken(held, trace)
    return yield* sessions.close({ owner: held.user.id, id: held.session.id }, trace)
  }
  const token = yield* tokens.check(body.token)
  if (token === null) return false
  const key = { owner: token.user.id, id: token.token.id }
  return yield* tokens.revoke(key, { actor: token.user.id, actedWith: auditNameOf(token), client, as: "owner" })
})
