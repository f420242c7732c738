import { type Auth, importedUserId, type UserId, type UserImport } from "@latchkey/core"
import { byOperator } from "../command/operator.ts"
import { type ForeignLine, readForeignLine, type WrongLine } from "./foreign-line.ts"
import type { Line } from "./lines.ts"
import type { LineOutcome } from "./outcome.ts"

type Read = { readonly number: number } & (ForeignLine | WrongLine)

/** How users of another system shall be imported. */
export interface ImportWishes {
  readonly isRehearsal: boolean
  /** Also who was removed here since. */
  readonly returnsRemoved: boolean
}

/** Imports lines of another system, some at a time. A rehearsal only says what would become of them. */
export const makeImport = (
  auth: Pick<Auth, "users" | "tokens">,
  { source, ...wishes }: ImportWishes & { readonly source: string }
) => {
  const { isRehearsal } = wishes
  /** Users whom the import would add: a rehearsal cannot ask the store for the user of a token. */
  const coming = new Set<UserId>()
  return async (lines: ReadonlyArray<Line>): Promise<ReadonlyArray<LineOutcome>> => {
    const read = lines.map(({ number, value }): Read => ({ number, ...readForeignLine(value) }))
    const users = read.flatMap((line) => (line.type === "user" ? [line] : []))
    // All users of these lines first, because tokens follow their users.
    const imported = await auth.users.import(
      users.map(({ user }) => user),
      { source, ...wishes, ...byOperator }
    )
    const outcomes = new Map(users.map(({ number, user }, at) => [number, userOutcome(number, user.id, imported[at])]))
    for (const each of isRehearsal ? imported : []) if (comesAnew(each)) coming.add(each.id)
    const told: Array<LineOutcome> = []
    for (const line of read) {
      if (line.type === "wrong") told.push({ line: line.number, outcome: "skipped", of: "line", why: line.problem })
      else if (line.type === "token") told.push(await importToken(auth.tokens, line, { source, isRehearsal, coming }))
      else told.push(outcomes.get(line.number) ?? userOutcome(line.number, line.user.id, undefined))
    }
    return told
  }
}

/** Whether a user is added whose tokens come, too: those of a user who was removed here do not. */
const comesAnew = (each: UserImport): each is UserImport & { readonly id: UserId } =>
  each.outcome === "added" && !each.isReturned

const userOutcome = (
  line: number,
  old: string,
  imported: UserImport | undefined
): LineOutcome & { readonly old: string } => {
  const named = { line, of: "user", old, id: imported?.id ?? null }
  switch (imported?.outcome) {
    case "added":
    case "there":
      return { ...named, outcome: imported.outcome }
    case "refused":
      return { ...named, outcome: "skipped", why: refusal(imported) }
    case "removed":
      return { ...named, outcome: "skipped", why: "was removed here since: --return-removed brings them back" }
    default:
      return { ...named, outcome: "skipped", why: "another user has a name of this one" }
  }
}

const refusal = ({ field, problem }: Extract<UserImport, { readonly outcome: "refused" }>): string => {
  if (field === "passwordHash") return "the password hash is of no kind that is configured, or costs too much to check"
  if (field === "roles") return "has a role that the option `roles` does not declare"
  if (problem === "missing") return "has neither a username nor an email"
  return `the ${field} cannot be used: ${problem}`
}

type TokenLine = Read & { readonly type: "token" }

const importToken = async (
  tokens: Auth["tokens"],
  { number, token }: TokenLine,
  {
    source,
    isRehearsal,
    coming
  }: { readonly source: string; readonly isRehearsal: boolean; readonly coming: ReadonlySet<UserId> }
): Promise<LineOutcome> => {
  const named = { line: number, of: "token", old: token.user }
  const user = importedUserId(token.user, source)
  try {
    const isNew = await tokens.import({ ...token, user }, { isRehearsal, forImported: true, ...byOperator })
    return { ...named, outcome: isNew ? "added" : "there" }
  } catch (error) {
    const tag = error instanceof Error && "_tag" in error ? error._tag : null
    if (tag === "StoreError" || !(error instanceof Error)) throw error
    // The user is looked for last: all else of this token is right.
    if (tag === "UserNotFound" && coming.has(user)) return { ...named, outcome: "added" }
    return { ...named, outcome: "skipped", why: tag === "UserNotFound" ? NO_USER : error.message }
  }
}

const NO_USER = "its user is not there"
