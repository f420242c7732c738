import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { Audit } from "../audit/audit.ts"
import { removedAmong } from "../audit/removed-users.ts"
import type { Trace } from "../audit/trace.ts"
import { Passwords } from "../password/passwords.ts"
import type { UserId } from "../secret/user-id.ts"
import { Store } from "../store/store.ts"
import { MOST_RESTORED } from "../vocabulary/page.ts"
import { invalid, type Read, valid } from "../vocabulary/read.ts"
import { type Instant, isInstant } from "../vocabulary/time.ts"
import { type AccountName, readEmail, readUsername } from "./account-name.ts"
import { isActiveSuperuser } from "./changed-user.ts"
import { IMPORTED_EPOCH, NEW_EPOCH } from "./first-epoch.ts"
import { importedUserId } from "./imported-id.ts"
import type { ImportContext, RefusedField, UserImport, UserToImport } from "./imported-user.ts"
import type { NewUser, UserStore } from "./user-store.ts"

/** Adds users of another system, as they were there. */
export const makeImportUsers = Effect.fnUntraced(function* (roles: Readonly<Record<string, string>>) {
  const store = yield* Store
  const { users } = store
  const audit = yield* Audit
  const { takesOver } = yield* Passwords

  const importSome = Effect.fnUntraced(function* (
    wanted: ReadonlyArray<UserToImport>,
    { source, isRehearsal = false, returnsRemoved = false, ...trace }: ImportContext,
    rehearse: UserStore["restore"]
  ) {
    const now = yield* Clock.currentTimeMillis
    const judged = wanted.map((user) => readUser(user, { source, now, roles, takesOver }))
    const known = judged.flatMap((read) => (read.ok ? [read.value] : []))
    const gone = yield* removedAmong(
      store,
      known.map(({ user }) => user.id)
    )
    const isGone = ({ user }: NewUser) => gone.has(user.id)
    const rows = returnsRemoved
      ? known.map((row) => (isGone(row) ? returned(row) : row))
      : known.filter((row) => !isGone(row))
    const restored = yield* isRehearsal ? rehearse(rows) : users.restore(rows)
    const outcomes = rows.map((row, at) => [row, restored[at] ?? "there"] as const)
    if (!isRehearsal)
      yield* record(
        outcomes.flatMap(([row, outcome]) => (outcome === "added" ? [row] : [])),
        trace
      )
    const left = outcomes.values()
    return judged.map((read): UserImport => {
      if (!read.ok) return read.problem
      const { id } = read.value.user
      if (isGone(read.value) && !returnsRemoved) return { outcome: "removed", id }
      const [, outcome] = left.next().value ?? [read.value, "there"]
      return { outcome, id, ...(isGone(read.value) && outcome === "added" ? { isReturned: true } : {}) }
    })
  })

  /** Whoever can administer has an event of their own: the trail tells where each one came from. */
  const record = Effect.fnUntraced(function* (added: ReadonlyArray<NewUser>, trace: Trace) {
    if (added.length === 0) return
    yield* audit.append("user.imported", { details: { count: added.length, ...rolesOf(added) }, ...trace })
    for (const { user } of added.filter((row) => isActiveSuperuser(row.user))) {
      yield* audit.append("user.created", { details: { isSuperuser: true }, subject: user.id, ...trace })
    }
  })

  return Effect.fn("Users.import")(function* (wanted: ReadonlyArray<UserToImport>, context: ImportContext) {
    const outcomes: Array<UserImport> = []
    const rehearse = makeRehearsal(users)
    for (let at = 0; at < wanted.length; at += MOST_RESTORED) {
      outcomes.push(...(yield* importSome(wanted.slice(at, at + MOST_RESTORED), context, rehearse)))
    }
    return outcomes
  })
})

/** Nothing of the system before us opens the account of who was removed here: what ended with the user stays ended (BAK-04). */
const returned = (row: NewUser): NewUser => ({ ...row, user: { ...row.user, epoch: NEW_EPOCH } })

/** How many were given which role: "editor 12, reviewer 3". */
const rolesOf = (added: ReadonlyArray<NewUser>): { readonly roles?: string } => {
  const counts = new Map<string, number>()
  for (const role of added.flatMap(({ user }) => user.roles)) counts.set(role, (counts.get(role) ?? 0) + 1)
  return counts.size === 0 ? {} : { roles: [...counts].map(([role, count]) => `${role} ${count}`).join(", ") }
}

/** What `restore` would answer, as the store is now, and after the rows of all calls before. */
const makeRehearsal = (users: Pick<UserStore, "find" | "findByName">): UserStore["restore"] => {
  const [ids, names] = [new Set<string>(), new Set<string>()]
  const judge = Effect.fnUntraced(function* ({ user, canonicalUsername, canonicalEmail }: NewUser) {
    if (ids.has(user.id) || (yield* users.find(user.id)) !== null) return "there"
    const wanted = [
      { kind: "username", canonical: canonicalUsername } as const,
      { kind: "email", canonical: canonicalEmail } as const
    ]
    for (const { kind, canonical } of wanted) {
      if (canonical === null) continue
      if (names.has(`${kind} ${canonical}`) || (yield* users.findByName({ kind, canonical })) !== null)
        return "name-taken"
    }
    ids.add(user.id)
    for (const { kind, canonical } of wanted) names.add(`${kind} ${canonical}`)
    return "added"
  })
  return (rows) => Effect.forEach(rows, judge)
}

/** What judges a user: no row of another system may be less than one that was registered here. */
interface Rules {
  readonly source: string
  readonly now: Instant
  readonly roles: Readonly<Record<string, string>>
  readonly takesOver: (hash: string) => boolean
}

type Refused = Extract<UserImport, { readonly outcome: "refused" }>

const readUser = (wanted: UserToImport, { source, now, roles, takesOver }: Rules): Read<NewUser, Refused> => {
  if (wanted.id.trim() === "" || wanted.id.length > LONGEST_ID) return refuse(null, "id", "malformed")
  const id = importedUserId(wanted.id, source)
  const username = readName(wanted.username, readUsername)
  if (!username.ok) return refuse(id, "username", username.problem)
  const email = readName(wanted.email, readEmail)
  if (!email.ok) return refuse(id, "email", email.problem)
  if (username.value === null && email.value === null) return refuse(id, "username", "missing")
  const { lastLoginAt = null, createdAt = now } = wanted
  const passwordHash = wanted.passwordHash || null // other systems write an empty text for none
  if (passwordHash !== null && !takesOver(passwordHash)) return refuse(id, "passwordHash", "unknown")
  const held = [...new Set(wanted.roles ?? [])].sort()
  if (held.some((role) => !Object.hasOwn(roles, role))) return refuse(id, "roles", "unknown")
  const { updatedAt = createdAt } = wanted
  for (const [field, at] of Object.entries({ createdAt, updatedAt, lastLoginAt })) {
    if (at !== null && !isInstant(at)) return refuse(id, field as "createdAt", "malformed") // one of the keys above
  }
  return valid({
    user: {
      id,
      username: username.value?.typed ?? null,
      email: email.value?.typed ?? null,
      isActive: wanted.isActive ?? true,
      isSuperuser: wanted.isSuperuser ?? false,
      isVerified: (wanted.isVerified ?? false) && email.value !== null,
      mustChangePassword: wanted.mustChangePassword ?? false,
      roles: held,
      epoch: IMPORTED_EPOCH,
      createdAt: Math.min(createdAt, now),
      updatedAt: Math.min(updatedAt, now),
      lastLoginAt: lastLoginAt === null ? null : Math.min(lastLoginAt, now)
    },
    canonicalUsername: username.value?.canonical ?? null,
    canonicalEmail: email.value?.canonical ?? null,
    passwordHash,
    revocations: 0
  })
}

/** More than any system's id needs. */
const LONGEST_ID = 200

const readName = <Problem>(
  name: string | null | undefined,
  read: (raw: string) => Read<AccountName, Problem>
): Read<AccountName | null, Problem> => (name === null || name === undefined || name === "" ? valid(null) : read(name))

const refuse = (id: UserId | null, field: RefusedField, problem: Refused["problem"]) =>
  invalid<Refused>({ outcome: "refused", id, field, problem })
