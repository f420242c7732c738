import { safeText, type User, wordsFor } from "@latchkey/core"
import * as Effect from "effect/Effect"
import { HostMistake } from "../request/host-mistake.ts"
import type { Texts } from "../texts/texts.ts"
import { checkNames } from "./check-names.ts"
import { isLink, isPath } from "./link.ts"

/** A column of the host's own in the list of users, which the page of a user shows too. */
export interface AdminColumn {
  /** What stands beside the values: a text, or a function from the catalogue of the reader's language to one. */
  readonly label: string | ((texts: Texts) => string)
  /** What it says of each of these users, in their order; null for nothing. Asked once for each page. All of it is shown as text, and waited for five seconds. */
  readonly values: (users: ReadonlyArray<User>) => Values | Promise<Values>
}

type Values = ReadonlyArray<string | null>

/** An action of the host's own on the page of a user. */
export interface AdminAction {
  readonly label: string
  /** A path of this host or, for a link, a web address. */
  readonly href: string
  /** `post` for a button that posts to the path, which is then the host's own route; otherwise a link. */
  readonly method?: "post" | undefined
}

/** What a host adds to the pages of administrators. */
export interface Administration {
  readonly columns?: ReadonlyArray<AdminColumn>
  /** The actions for one user, with the catalogue of the reader's language. */
  readonly actions?: (user: User, texts: Texts) => ReadonlyArray<AdminAction>
}

/** A value of the host's with what it is. */
export interface AddedFact {
  readonly label: string
  readonly value: string
}

/** Checks what can be checked at start; options may come from JavaScript. */
export const readAdministration = (given: Administration = {}): Administration => {
  checkNames(given, {
    of: "administration",
    example: "{ actions: (user) => [] }",
    one: "a part of the pages of administrators",
    all: "parts",
    names: ["columns", "actions"]
  })
  const { columns = [], actions } = given
  const isColumn = (each: AdminColumn) => typeof each?.values === "function" && each.label !== undefined
  if (!Array.isArray(columns) || !columns.every(isColumn))
    throw new Error(
      `administration.columns must be a list of columns, each with a label and a function values${Array.isArray(columns) ? "" : `, not ${wordsFor(columns)}`}.`
    )
  if (actions !== undefined && typeof actions !== "function")
    throw new Error("administration.actions must be a function from a user to a list of actions.")
  return given
}

/**
 * What the host's columns say of these users: a list for each, without the values that are null. A column that fails says so instead:
 * administrators need their pages most when something is wrong.
 */
export const addedFacts = Effect.fnUntraced(function* (
  { columns = [] }: Administration,
  users: ReadonlyArray<User>,
  texts: Texts
) {
  const answers = yield* Effect.forEach(columns, (column) => valuesOf(column, users), { concurrency: "unbounded" })
  return users.map((_, row) =>
    columns.flatMap(({ label }, at): ReadonlyArray<AddedFact> => {
      const values = answers[at]
      const value = values === FAILED ? texts.admin.user.unavailable : (values?.[row] ?? null)
      if (value === null) return []
      if (typeof value !== "string")
        throw new HostMistake("A column of administration.columns must give texts or null.")
      return [{ label: typeof label === "string" ? label : label(texts), value }]
    })
  )
})

const FAILED = Symbol("failed")

/** How long a page waits for a column: longer than a query takes, and not so long that its reader gives up. */
const PATIENCE = "5 seconds"

/** The log has only the name of what was thrown, which can hold whatever the host was handed. */
const valuesOf = ({ values }: AdminColumn, users: ReadonlyArray<User>) =>
  Effect.tryPromise({
    try: async () => values(users),
    catch: (thrown) => (thrown instanceof Error ? safeText(thrown.name, 64) : typeof thrown)
  }).pipe(
    Effect.timeoutOrElse({ duration: PATIENCE, orElse: () => Effect.fail("TimedOut") }),
    Effect.catch((name) => Effect.as(Effect.logWarning("a column of administration.columns failed", { name }), FAILED))
  )

/** The host's actions for a user. A link that could run a script is a mistake of the host's. */
export const addedActions = ({ actions }: Administration, user: User, texts: Texts): ReadonlyArray<AdminAction> => {
  const given = actions?.(user, texts) ?? []
  for (const { href, method } of given)
    if (!(method === "post" ? isPath(href) : isLink(href)))
      throw new HostMistake(
        `An action of administration.actions leads to ${JSON.stringify(href)}. It must be a path of this host, or for a link a web address.`
      )
  return given
}
