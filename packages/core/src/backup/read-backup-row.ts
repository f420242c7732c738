import type { AuditRecord, AuditStart } from "../audit/audit-store.ts"
import { type Code, codePurposes } from "../code/code.ts"
import type { Impersonation, Session } from "../session/session.ts"
import type { AccessToken } from "../token/access-token.ts"
import type { AccountName } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { NewUser } from "../user/user-store.ts"
import { isInstant } from "../vocabulary/time.ts"
import type { BackupPart, BackupRow } from "./backup-row.ts"

/** Reads an entry of a backup from parsed JSON; null when it is none, or has a field that this version does not know. */
export const parseBackupRow = (entry: unknown): BackupRow | null => {
  const { part, row } = isObject(entry) ? entry : {}
  const isRow = typeof part === "string" && Object.hasOwn(rows, part) && rows[part as BackupPart](row)
  return isRow ? (entry as unknown as BackupRow) : null // its part's check has looked at each field
}

type Check = (value: unknown) => boolean
/** A check for each field: the compiler asks for a new one. */
type Fields<Model> = Readonly<Record<keyof Model, Check>>

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Exactly these fields, as JSON has them. */
const fields =
  <Model>(checks: Fields<Model>): Check =>
  (value) =>
    isObject(value) &&
    Object.keys(value).length === Object.keys(checks).length &&
    Object.entries<Check>(checks).every(([name, check]) => Object.hasOwn(value, name) && check(value[name]))

const or =
  (...checks: ReadonlyArray<Check>): Check =>
  (value) =>
    checks.some((check) => check(value))

const none: Check = (value) => value === null
const text: Check = (value) => typeof value === "string"
const flag: Check = (value) => typeof value === "boolean"
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0
const instant: Check = (value) => typeof value === "number" && isInstant(value)
const hash: Check = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value)
const uuid: Check = (value) => typeof value === "string" && /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(value)
const texts: Check = (value) => Array.isArray(value) && value.every(text)
const json: Check = (value) => value !== undefined
const oneOf =
  (...values: ReadonlyArray<string>): Check =>
  (value) =>
    values.includes(value as string)

const user = fields<User>({
  id: uuid,
  username: or(text, none),
  email: or(text, none),
  isActive: flag,
  isSuperuser: flag,
  isVerified: flag,
  mustChangePassword: flag,
  roles: texts,
  epoch: count,
  createdAt: instant,
  updatedAt: instant,
  lastLoginAt: or(instant, none)
})

const impersonation = fields<Impersonation>({ by: uuid, epoch: count, session: text, reason: or(text, none) })

const session = fields<Session>({
  id: text,
  userId: uuid,
  kind: oneOf("browser", "bearer"),
  epoch: count,
  createdAt: instant,
  authenticatedAt: instant,
  lastSeenAt: instant,
  idleExpiresAt: instant,
  expiresAt: instant,
  ip: or(text, none),
  userAgent: or(text, none),
  impersonation: or(impersonation, none),
  data: json,
  dataVersion: count
})

const token = fields<AccessToken>({
  id: text,
  userId: uuid,
  name: text,
  hint: text,
  scopes: texts,
  epoch: count,
  createdAt: instant,
  expiresAt: or(instant, none),
  lastUsedAt: or(instant, none),
  replacedBy: or(text, none),
  isImported: flag
})

const code = fields<Code>({
  userId: uuid,
  purpose: oneOf(...codePurposes),
  email: fields<AccountName>({ typed: text, canonical: text }),
  ownEmail: or(text, none),
  epoch: count,
  createdAt: instant,
  expiresAt: instant,
  usedAt: or(instant, none)
})

/** Events of older versions lack fields, and the trail keeps kinds that later versions no longer write. */
const event: Check = (value) => isObject(value) && text(value.type) && instant(value.at) && isObject(value.details)

const rows: Readonly<Record<BackupPart, Check>> = {
  "trail-start": fields<AuditStart>({ sequence: count, hash: or(text, none) }),
  trail: fields<AuditRecord>({ sequence: count, event, hash: or(text, none) }),
  settings: fields<{ text: string }>({ text }),
  user: fields<NewUser>({
    user,
    canonicalUsername: or(text, none),
    canonicalEmail: or(text, none),
    passwordHash: or(text, none),
    revocations: count
  }),
  session: fields<{ session: Session; hash: string }>({ session, hash }),
  token: fields<{ token: AccessToken; hash: string }>({ token, hash }),
  code: fields<{ code: Code; hash: string }>({ code, hash })
}
