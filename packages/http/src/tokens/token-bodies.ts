import { type AccessToken, type IssuedToken, reveal, type TokenToIssue } from "@latchkey/core"
import * as Schema from "effect/Schema"
import { digits, isoText, optionalText, wholeNumber } from "../surface/body-fields.ts"

const tokenFields = {
  id: Schema.String,
  name: Schema.String,
  /** The last characters of the token's text. */
  hint: Schema.String,
  scopes: Schema.Array(Schema.String),
  created_at: Schema.String,
  expires_at: Schema.NullOr(Schema.String),
  last_used_at: Schema.NullOr(Schema.String)
}

export const TokenBody = Schema.Struct(tokenFields)

export const TokenListBody = Schema.Array(TokenBody)

/** A token as the wire shows it: exactly these keys, and never its secret. */
export const tokenBody = (token: AccessToken): typeof TokenBody.Type => ({
  id: token.id,
  name: token.name,
  hint: token.hint,
  scopes: token.scopes,
  created_at: isoText(token.createdAt),
  expires_at: token.expiresAt === null ? null : isoText(token.expiresAt),
  last_used_at: token.lastUsedAt === null ? null : isoText(token.lastUsedAt)
})

export const IssuedTokenBody = Schema.Struct({ ...tokenFields, token: Schema.String })

export const issuedTokenBody = ({ token, secret }: IssuedToken): typeof IssuedTokenBody.Type => ({
  ...tokenBody(token),
  token: reveal(secret)
})

/** Whole days; forms and older clients send them as text. */
const Days = Schema.Union([wholeNumber.check(Schema.isGreaterThanOrEqualTo(1)), digits])

/**
 * The body of a request for a token. Scopes come as a list, as one text with blanks between (RFC 6749 §3.3), or, from the page,
 * as a ticked box each: `scope:packages:read`. Because of these boxes, the schema ignores unknown names.
 */
export const IssueTokenBody = Schema.StructWithRest(
  Schema.Struct({
    name: Schema.String,
    expires_in_days: Schema.optionalKey(Schema.NullOr(Schema.Union([Days, Schema.Literals(["never", ""])]))),
    scopes: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Array(Schema.String), Schema.String]))),
    current_password: optionalText,
    idempotency_key: optionalText,
    user: optionalText
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

export type IssueTokenBody = typeof IssueTokenBody.Type

const BOX = "scope:"

/** The field of a scope's box on the page. */
export const boxOf = (scope: string): string => `${BOX}${scope}`

export const scopesIn = (body: IssueTokenBody): ReadonlyArray<string> => {
  const { scopes = null } = body
  const listed = typeof scopes === "string" ? scopes.split(" ").filter((scope) => scope !== "") : (scopes ?? [])
  const ticked = Object.entries(body).filter(([name, value]) => name.startsWith(BOX) && typeof value === "string")
  return [...listed, ...ticked.map(([name]) => name.slice(BOX.length))]
}

export const tokenToIssue = (body: IssueTokenBody): TokenToIssue => {
  const { name, expires_in_days: days = null, idempotency_key: key = null } = body
  return {
    name,
    scopes: scopesIn(body),
    ...(days === null || days === "" ? {} : { lifetime: days === "never" ? "endless" : `${Number(days)} days` }),
    ...(key === null ? {} : { idempotencyKey: key })
  }
}
