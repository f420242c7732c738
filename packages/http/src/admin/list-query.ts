import { parseUserId, type UserFilter, type UserPlace } from "@latchkey/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type FieldProblem, fieldProblem, valueProblem } from "../request/field-problem.ts"
import { MOST_PROBLEMS } from "../request/fields.ts"
import { RouteProblem, validationProblem } from "../surface/problem.ts"
import type { Parameter } from "../surface/route.ts"
import { nameProblems } from "./query-names.ts"

const USUAL = 50
const MOST = 500

/** Each user before the page is read to be passed over, so this has a limit. A cursor goes as far as the list does. */
const MOST_OFFSET = 10_000

const flag = (name: string, about: string): Parameter => ({ name, about, schema: Schema.Boolean })

/** All that a list of users reads in its query. Any other name is refused (ADM-07). */
export const userListQuery: ReadonlyArray<Parameter> = [
  {
    name: "query",
    about: "Only users whose username or address begins with it, with `@` at its front their domain; or a whole id",
    schema: Schema.String
  },
  flag("is_active", "Only active users, or only inactive ones"),
  flag("is_superuser", "Only superusers, or only others"),
  flag("is_verified", "Only users whose address is verified, or only others"),
  { name: "role", about: "Only users who have this role themselves", schema: Schema.String },
  {
    name: "limit",
    about: `The most users to answer, ${USUAL} by default`,
    schema: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MOST }))
  },
  {
    name: "offset",
    about: `How many users to pass over, at most ${MOST_OFFSET}. Further pages have a cursor`,
    schema: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MOST_OFFSET }))
  },
  {
    name: "cursor",
    about: "Where the page begins: `next_cursor` of the page before. Not with `offset`",
    schema: Schema.String
  }
]

/** Where a page begins: after a place, and then after so many users more. */
export interface Start {
  readonly after: UserPlace | null
  readonly skip: number
}

/** What a query asks for. */
export interface UserListQuery {
  readonly query: string
  readonly filter: UserFilter
  readonly limit: number
  /** Null with a cursor. */
  readonly offset: number | null
  readonly start: Start
}

const names = new Set(userListQuery.map(({ name }) => name))

/** Reads the query of a list of users. One answer names everything that is wrong with it. */
export const readUserListQuery = (query: URLSearchParams): Effect.Effect<UserListQuery, RouteProblem> => {
  const problems = nameProblems(query, names)
  const refuse = (problem: FieldProblem): null => {
    problems.push(problem)
    return null
  }
  const flagOf = (name: string): boolean | null => {
    const value = query.get(name)
    if (value === null) return null
    return value === "true" || (value !== "false" && refuse(fieldProblem("bool_type", ["query", name])))
  }
  const numberOf = (name: string, least: number, most: number): number | null => {
    const value = query.get(name)
    if (value === null) return null
    if (!/^-?\d+$/.test(value)) return refuse(fieldProblem("int_type", ["query", name]))
    if (Number(value) >= least && Number(value) <= most) return Number(value)
    const further = name === "offset" ? ". Go on with the cursor that a page has" : ""
    return refuse(valueProblem(["query", name], `Input should be ${least} to ${most}${further}`))
  }
  const [isActive, isSuperuser, isVerified] = [flagOf("is_active"), flagOf("is_superuser"), flagOf("is_verified")]
  const role = query.get("role")
  const limit = numberOf("limit", 1, MOST) ?? USUAL
  const offset = numberOf("offset", 0, MOST_OFFSET)
  const cursor = query.get("cursor")
  const start = cursor === null ? { after: null, skip: offset ?? 0 } : startOf(cursor)
  if (start === null) refuse(valueProblem(["query", "cursor"], "Input should be the next_cursor of a page"))
  if (cursor !== null && query.has("offset"))
    refuse(valueProblem(["query", "offset"], "Input should be absent beside a cursor"))
  if (start === null || problems.length > 0)
    return Effect.fail(new RouteProblem(validationProblem(problems.slice(0, MOST_PROBLEMS))))
  const filter: UserFilter = {
    ...(isActive === null ? {} : { isActive }),
    ...(isSuperuser === null ? {} : { isSuperuser }),
    ...(isVerified === null ? {} : { isVerified }),
    ...(role === null ? {} : { role })
  }
  return Effect.succeed({
    query: query.get("query") ?? "",
    filter,
    limit,
    offset: cursor === null ? (offset ?? 0) : null,
    start
  })
}

/** A start as clients send it back: opaque to them, no secret, and safe in an address as it is. */
export const cursorOf = ({ after, skip }: Start): string =>
  after === null ? String(skip) : `${skip}.${after.id}.${hexOf(after.name)}`

/** The longest name has 254 characters, each of at most four bytes. */
const CURSOR = /^(\d{1,5})(?:\.([0-9a-f-]{36})\.((?:[0-9a-f]{2}){0,1016}))?$/

/** Whether a text is a cursor. */
export const isCursor = (text: string): boolean => startOf(text) !== null

export const startOf = (cursor: string): Start | null => {
  const [, skip = "", id, name = ""] = CURSOR.exec(cursor) ?? []
  if (skip === "" || Number(skip) > MOST_OFFSET) return null
  if (id === undefined) return { after: null, skip: Number(skip) }
  const [user, text] = [parseUserId(id), textOf(name)]
  return user === null || text === null ? null : { after: { name: text, id: user }, skip: Number(skip) }
}

const hexOf = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("")

const textOf = (hex: string): string | null => {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const text = new TextDecoder().decode(bytes)
  return hexOf(text) === hex ? text : null
}
