import { readFileSync } from "node:fs"
import { expect, expectTypeOf, it, test } from "vitest"
import type { AuditDetails, AuditType } from "../src/audit/audit-event.ts"
import type { Auth } from "../src/auth/create-auth.ts"

/** The services of an `Auth` that have verbs. */
type Services = Pick<
  Auth,
  | "users"
  | "admin"
  | "passwords"
  | "sessions"
  | "tokens"
  | "cliLogins"
  | "backup"
  | "personalData"
  | "recovery"
  | "setup"
  | "runtimeSettings"
  | "audit"
>

/** Changes nothing that the trail is about. */
const reads = "reads"
/** Notes something that is no event: when something was used, or a place in a browser. */
const notes = "notes"

/**
 * The events that each verb can leave, besides those of a limit (`throttle.blocked`) and of mails (`mail.failed`). A new verb does not
 * compile until it is here, so nobody adds one without asking what it leaves in the trail.
 */
const table = {
  users: {
    register: ["user.registered", "user.register-refused", "email.verification-requested"],
    findJustRegistered: ["login.refused"],
    create: ["user.created", "user.invited"],
    import: ["user.imported", "user.created"],
    find: reads,
    findByName: reads,
    list: reads,
    count: reads,
    change: ["user.changed"],
    edit: ["user.changed"],
    changeSelf: ["user.changed", "password.changed", "email.change-requested"],
    endCredentials: ["session.closed", "token.revoked"],
    setPassword: ["password.changed"],
    remove: ["user.removed"],
    removeSelf: ["user.removed"],
    wasRemovedBy: reads
  },
  admin: {
    createUser: ["user.created", "user.invited", "access.denied"],
    editUser: ["user.changed", "access.denied"],
    removeUser: ["user.removed", "access.denied"],
    endCredentials: ["session.closed", "token.revoked", "access.denied"],
    closeSession: ["session.closed", "access.denied"],
    revokeToken: ["token.revoked", "access.denied"],
    sendPasswordLink: ["user.invited", "password.reset-requested", "access.denied"],
    setPassword: ["password.changed", "access.denied"],
    impersonate: ["impersonation.begun", "access.denied"]
  },
  passwords: {
    vet: reads,
    make: reads,
    makeFor: reads,
    check: ["password.hash-unreadable"],
    isFingerprintOf: reads,
    change: ["password.changed", "password.change-refused"],
    set: ["password.changed"]
  },
  sessions: {
    logIn: ["login.succeeded", "login.refused", "session.closed"],
    logInAgain: ["login.succeeded", "login.refused", "session.closed"],
    open: ["session.closed"], // the caller knows why, and says so
    resume: notes,
    resumeBearer: notes,
    confirm: ["session.confirmed", "session.confirm-refused"],
    renew: notes,
    rememberDevice: notes,
    list: reads,
    close: ["session.closed"],
    closeBySecret: ["session.closed"],
    closeToken: ["session.closed"],
    closeOthers: ["session.closed"],
    closeAll: ["session.closed"],
    setData: notes
  },
  tokens: {
    check: notes,
    list: reads,
    issue: ["token.issued"],
    rotate: ["token.rotated"],
    revoke: ["token.revoked"],
    revokeAllOf: ["token.revoked"],
    import: ["token.imported"]
  },
  cliLogins: {
    begin: notes, // nobody is concerned until somebody has the code
    lookUp: reads,
    find: reads,
    approve: ["cli-login.approved"],
    deny: ["cli-login.denied"],
    collect: ["cli-login.collected", "cli-login.denied", "session.closed"],
    list: reads
  },
  backup: { take: reads, restore: ["backup.restored"] },
  personalData: { account: reads, events: reads },
  recovery: {
    requestVerification: ["email.verification-requested"],
    verify: ["email.verified", "email.lost"],
    forgot: ["password.reset-requested"],
    reset: ["password.changed", "email.verified"],
    findJustReset: ["login.refused"],
    changeEmail: ["user.changed", "email.lost"],
    pendingEmail: reads,
    cancelEmailChange: ["email.change-cancelled"],
    undoEmailChange: ["email.change-undone", "user.changed", "session.closed", "email.lost"],
    findDone: reads,
    invite: ["user.invited"],
    sendPasswordLink: ["user.invited", "password.reset-requested"],
    accept: ["password.changed", "email.verified", "email.lost"],
    isCode: reads,
    open: reads
  },
  setup: {
    needed: reads,
    issueToken: notes,
    announce: notes,
    createFirstAdmin: ["setup.completed", "setup.refused"],
    seedAdmin: ["setup.completed", "user.changed"]
  },
  runtimeSettings: { list: reads, change: ["settings.changed"] },
  audit: { append: notes, record: notes, list: reads, verifyChain: reads, anchor: reads }
} as const satisfies {
  readonly [Name in keyof Services]: {
    readonly [Verb in keyof Services[Name]]: typeof reads | typeof notes | ReadonlyArray<AuditType>
  }
}

/** What no verb of a service leaves: the gate in front of the routes, the limits, the outbox. */
const elsewhere = ["throttle.blocked", "mail.failed", "request.forged", "cookie.ambiguous"] as const

/** The kinds that some verb of these leaves. */
type LeftBy<Verbs> = {
  [Verb in keyof Verbs]: Verbs[Verb] extends ReadonlyArray<infer Type> ? Type : never
}[keyof Verbs]
type Left = { [Name in keyof typeof table]: LeftBy<(typeof table)[Name]> }[keyof typeof table]

test("AUD-01 every kind of event is left by a verb of a service, or by what stands in front of them", () => {
  expectTypeOf<Left | (typeof elsewhere)[number]>().toEqualTypeOf<keyof AuditDetails>()
})

const guide = readFileSync(new URL("../../../docs/guides/audit.md", import.meta.url), "utf8")
const left = Object.values(table).flatMap((verbs) =>
  Object.values(verbs).flatMap((kinds) => (Array.isArray(kinds) ? kinds : []))
)

it.each([...new Set<string>([...left, ...elsewhere])])(
  "AUD-01 the guide says of %s what it tells, and how many there can be",
  (kind) => {
    const rows = guide.split("\n").filter((line) => line.startsWith("| `"))
    expect(rows.filter((row) => row.includes(`\`${kind}\``)).length).toBeGreaterThanOrEqual(2)
  }
)
