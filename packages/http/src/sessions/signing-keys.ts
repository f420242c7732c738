import { SignedTokens } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { json, reply } from "../surface/answer.ts"
import { RouteProblem } from "../surface/problem.ts"
import { plainProblem } from "../surface/problems.ts"
import { type Route, route } from "../surface/route.ts"

const KeysBody = Schema.Struct({ keys: Schema.Array(Schema.Record(Schema.String, Schema.String)) })

/** A new key must be known here before anything is signed with it, so nobody keeps the list for long. */
const FOR_FIVE_MINUTES = { "Cache-Control": "public, max-age=300" }

/** The public keys of signed tokens (RFC 7517). A secret key is in no answer: whoever had it could sign (JWT-13). */
export const showSigningKeys: Route = route({
  method: "GET",
  path: "/.well-known/jwks.json",
  group: { name: "documents", base: "/" },
  isFixed: true,
  isStatic: true,
  summary: "The public keys that signed tokens can be checked with (RFC 7517)",
  policy: null,
  outcomes: [
    { status: 200, about: "The keys", schema: KeysBody },
    { status: 404, about: "Tokens are opaque, or signed with secret keys only" }
  ],
  handle: Effect.fnUntraced(function* () {
    const keys = (yield* SignedTokens)?.publicKeys ?? null
    if (keys === null) return yield* Effect.fail(new RouteProblem(plainProblem.notFound))
    return reply(json({ keys } satisfies typeof KeysBody.Type, 200, FOR_FIVE_MINUTES))
  })
})
