import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { capturedLog, loggedLines } from "../../test/captured-log.ts"
import { ada, eventsOf, from, newPassword, setHash } from "../../test/people.ts"
import { outage, storeAround, storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import { AMBIGUOUS } from "../identity/cookie.ts"
import type { Mail } from "../mail/mail.ts"
import { Store, type StoreLayer } from "../store/store.ts"
import { createTestAuth, type TestAuthOptions, testAdmin } from "../testing/create-test-auth.ts"
import { type Mailbox, mailbox } from "../testing/mailbox.ts"
import type { ManualClock } from "../testing/manual-clock.ts"
import { memoryStoreOver } from "../testing/memory-store.ts"
import { emptyTables, type Tables } from "../testing/memory-tables.ts"
import type { User } from "../user/user.ts"
import type { AuditDetails, AuditType } from "./audit-event.ts"
import type { AuditRecord } from "./audit-store.ts"
import { safeText } from "./safe-text.ts"

const client = { ip: "192.0.2.1", userAgent: "Mozilla/5.0" }

const withAda = async (options: TestAuthOptions = {}) => {
  const tables = emptyTables()
  const mails = mailbox()
  const made = await createTestAuth({
    store: storeOver(tables),
    mailer: mails.mailer,
    ...options
  })
  const user = await made.auth.users.register(ada)
  await made.clock.advance("1 second")
  return { ...made, tables, user, mails }
}

const tokenOf = ({ token }: Mail): string => token ?? ""

interface Scene {
  readonly auth: Auth
  readonly tables: Tables
  readonly user: User
  readonly mails: Mailbox
  readonly clock: ManualClock
}

/** One way to bring about each kind of event. A kind without a row does not compile. */
const scenes: Readonly<Record<AuditType, (scene: Scene) => Promise<unknown>>> = {
  "login.succeeded": ({ auth }) => auth.sessions.logIn(ada, { client }),
  "login.refused": ({ auth }) => auth.sessions.logIn({ ...ada, password: "a wrong guess" }, { client }),
  "session.confirmed": async ({ auth, user }) =>
    auth.sessions.confirm((await auth.sessions.open(user)).session, ada.password, client),
  "session.confirm-refused": async ({ auth, user }) =>
    auth.sessions.confirm((await auth.sessions.open(user)).session, "a wrong guess", client),
  "session.closed": async ({ auth, user }) => {
    const { session } = await auth.sessions.open(user)
    return auth.sessions.close({ owner: user.id, id: session.id }, { as: "logout", actor: user.id, client })
  },
  "impersonation.begun": async ({ auth, user }) => {
    const root = await auth.sessions.logIn(testAdmin)
    const identity = { user: root.user, via: "bearer", scopes: "all", pending: null, session: root.session } as const
    return auth.admin.impersonate(identity, user.id, { client })
  },
  "token.issued": ({ auth, user }) => auth.tokens.issue({ user, scopes: "all" }, { name: "runner", client }),
  "token.rotated": async ({ auth, user }) => {
    const maker = { user, scopes: "all" } as const
    const { token } = await auth.tokens.issue(maker, { name: "runner" })
    return auth.tokens.rotate(maker, token.id, { client })
  },
  "user.imported": ({ auth }) => auth.users.import([{ id: "7", username: "grace" }], { source: "elsewhere", client }),
  "backup.restored": async ({ auth }) => {
    const { auth: other } = await createTestAuth({ admin: null })
    await other.users.import([{ id: "7", username: "grace" }], { source: "elsewhere" })
    const { rows } = await other.backup.take({ part: "user", after: null })
    return auth.backup.restore(rows, { by: { client } })
  },
  "token.imported": ({ auth, user }) =>
    auth.tokens.import({ user: user.id, name: "runner", sha256: "0a".repeat(32), expiresAt: null }),
  "cli-login.approved": async ({ auth, user }) => {
    const { code } = await auth.cliLogins.begin({ program: "acme", client })
    const { id } = await auth.cliLogins.lookUp({ user }, code, client)
    return auth.cliLogins.approve({ user }, id, client)
  },
  "cli-login.denied": async ({ auth, user }) => {
    const { code } = await auth.cliLogins.begin({ program: "acme", client })
    const { id } = await auth.cliLogins.lookUp({ user }, code, client)
    return auth.cliLogins.deny({ user }, id, client)
  },
  "cli-login.collected": async ({ auth, user }) => {
    const { code, secret } = await auth.cliLogins.begin({ program: "acme", client })
    const { id } = await auth.cliLogins.lookUp({ user }, code, client)
    await auth.cliLogins.approve({ user }, id, client)
    return auth.cliLogins.collect({ secret, client })
  },
  "token.revoked": async ({ auth, user }) => {
    const { token } = await auth.tokens.issue({ user, scopes: "all" }, { name: "runner" })
    return auth.tokens.revoke({ owner: user.id, id: token.id }, { as: "admin", actor: user.id, client })
  },
  "user.registered": ({ auth }) => auth.users.register({ username: "bob", password: newPassword }, { client }),
  "user.register-refused": ({ auth }) => auth.users.register(ada, { client }),
  "user.invited": async ({ auth }) => {
    const bob = await auth.users.create({ email: "bob@example.org" })
    return auth.recovery.invite(bob.id, { client })
  },
  "email.verification-requested": async ({ auth, clock }) => {
    await auth.recovery.requestVerification(ada.email, { client })
    await clock.advance("1 second")
  },
  "email.verified": ({ auth, mails }) => auth.recovery.verify(tokenOf(mails.newest("verify")), client),
  "email.change-requested": ({ auth, user }) =>
    auth.users.changeSelf({ user }, { email: "ada@example.com" }, { client }),
  "email.change-cancelled": async ({ auth, user }) => {
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    return auth.recovery.cancelEmailChange(user.id, { actor: user.id, client })
  },
  "email.change-undone": async ({ auth, user, mails, clock }) => {
    await auth.recovery.verify(tokenOf(mails.newest("verify")))
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    await clock.advance("1 second")
    await auth.recovery.changeEmail(tokenOf(mails.newest("change-email")))
    await clock.advance("1 second")
    return auth.recovery.undoEmailChange(tokenOf(mails.newest("email-changed")), { client })
  },
  "email.lost": async ({ auth, user, mails, clock }) => {
    await auth.users.changeSelf({ user }, { email: "ada@example.com" })
    await clock.advance("1 second")
    await auth.users.register({ email: "ada@example.com", password: newPassword })
    return auth.recovery.changeEmail(tokenOf(mails.newest("change-email")), { client })
  },
  "mail.failed": async ({ auth, user, clock }) => {
    await auth.users.changeSelf({ user }, { email: "refused@example.com" })
    await clock.advance("1 second")
  },
  "password.reset-requested": async ({ auth, clock }) => {
    await auth.recovery.forgot(ada.email, { client })
    await clock.advance("1 second")
  },
  "user.created": ({ auth, user }) => auth.users.create({ username: "bob" }, { actor: user.id, client }),
  "user.changed": ({ auth, user }) => auth.users.change(user.id, { isVerified: true }, { actor: user.id, client }),
  "user.removed": ({ auth, user }) => auth.users.remove(user.id, { actor: user.id, client }),
  "password.changed": ({ auth, user }) =>
    auth.passwords.change({ user: user.id, current: ada.password, next: newPassword, client }),
  "password.change-refused": ({ auth, user }) =>
    auth.passwords.change({ user: user.id, current: "a wrong guess", next: newPassword, client }),
  "password.hash-unreadable": ({ auth, tables, user }) => {
    setHash(tables, user.id, "cut short")
    return auth.sessions.logIn(ada, { client })
  },
  "settings.changed": ({ auth, user }) =>
    auth.runtimeSettings.change({ version: 0, values: { registration: "closed" } }, { actor: user.id, client }),
  "setup.completed": async ({ auth, tables }) => {
    tables.isSetUp = false
    const token = (await auth.setup.issueToken()) ?? null
    return auth.setup.createFirstAdmin({ username: "bob", password: newPassword, token }, client)
  },
  "setup.refused": ({ auth }) => auth.setup.createFirstAdmin({ ...ada, token: "a wrong guess" }, client),
  "throttle.blocked": async ({ auth }) => {
    const guesses = Array.from({ length: 21 }, () => auth.sessions.logIn({ ...ada, password: "x" }, { client }))
    return Promise.allSettled(guesses)
  },
  "request.forged": ({ auth }) =>
    auth.audit.append("request.forged", { details: { method: "POST", path: "/login", site: "cross-site" }, client }),
  "access.denied": ({ auth, user }) =>
    auth.audit.append("access.denied", { details: { policy: "admin", path: "/users" }, actor: user.id, client }),
  "cookie.ambiguous": ({ auth }) => auth.identify({ authorization: null, sessionCookie: AMBIGUOUS, client })
}

const allTypes = Object.keys(scenes) as ReadonlyArray<AuditType>

/** What no request does, so that it came from nowhere. */
const fromNowhere: ReadonlyArray<AuditType> = ["token.imported", "mail.failed"]

/** What happens in the background, within a second. */
const isSoon: ReadonlyArray<AuditType> = ["email.verification-requested", "mail.failed", "password.reset-requested"]

describe("every change and every refusal", () => {
  it.each(allTypes)(
    "AUD-01 AUD-02 leaves an event: %s, with time, actor, subject, and where it came from",
    async (type) => {
      const scene = await withAda()
      const { auth, clock } = scene
      await clock.advance(5)
      await scenes[type](scene).catch(() => {})
      const at = clock.now()
      await clock.advance("1 minute") // what is counted is written then
      const [event] = (await eventsOf(auth, { type })).slice(-1)
      expect(Object.keys(event ?? {}).toSorted()).toEqual([
        "actedWith",
        "actor",
        "at",
        "credential",
        "details",
        "ip",
        "request",
        "subject",
        "type",
        "userAgent"
      ])
      expect(event).toMatchObject(isSoon.includes(type) ? { type } : { type, at })
      expect(event).toMatchObject(fromNowhere.includes(type) ? { ip: null, userAgent: null } : client)
    }
  )

  it.each(allTypes)("AUD-05 keeps no address and no user agent with the options off: %s", async (type) => {
    const scene = await withAda({ sessions: { collectIp: false, collectUserAgent: false } })
    const { auth, clock } = scene
    await scenes[type](scene).catch(() => {})
    await clock.advance("1 minute")
    const events = await eventsOf(auth)
    expect(events.filter(({ ip, userAgent }) => ip !== null || userAgent !== null)).toEqual([])
    expect(JSON.stringify(events)).not.toMatch(/192\.0\.2\.1|Mozilla/)
  })
})

describe("text from outside", () => {
  const hostile = "GET\r\nINFO admin logged in\u001b[31m\u202egnp\u2028\u0000\u200b"

  test("AUD-03 stands in an event with every character escaped that could forge or hide a line", async () => {
    const { auth, clock } = await withAda()
    await auth.audit.append("request.forged", {
      details: { method: hostile, path: hostile, site: hostile },
      client: { ip: null, userAgent: hostile }
    })
    await clock.advance("1 minute")
    const [event] = await eventsOf(auth, { type: "request.forged" })
    const { count: _, networks: __, ...details } = (event?.details ?? {}) as AuditDetails["request.forged"]
    const texts = [event?.userAgent, ...Object.values(details)]
    expect(texts).toEqual(
      Array(4).fill("GET\\u{d}\\u{a}INFO admin logged in\\u{1b}[31m\\u{202e}gnp\\u{2028}\\u{0}\\u{200b}")
    )
  })

  test("AUD-16 a host's own id of a request that is not harmless is none, and its address of a client is escaped and cut", async () => {
    const { auth } = await withAda()
    const bad = ["", "a b", "a\nb", "\u202Ea", "ä", "a".repeat(65), "<b>"]
    for (const request of [...bad, "r-1.~=+_"]) {
      const at = { ip: `192.0.2.1\n\u001B[31m${"9".repeat(100)}`, userAgent: null, request }
      await auth.sessions.logIn(ada, { client: at })
    }
    const events = await eventsOf(auth, { type: "login.succeeded" })
    expect(events.map(({ request }) => request)).toEqual([...bad.map(() => null), "r-1.~=+_"])
    for (const { ip } of events) expect(ip).toMatch(/^192\.0\.2\.1\\u\{a\}\\u\{1b\}\[31m9{40,50}$/)
    const [session] = await auth.sessions.list((await auth.sessions.logIn(ada)).user.id, { limit: 2 })
    expect(session?.ip ?? "").not.toMatch(/\p{C}/u)
  })

  test("AUD-03 no text at all comes through with a character that could do so, or longer than its escapes make it", () => {
    const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) })
    fc.assert(
      fc.property(anyText, fc.nat(20), (text, limit) => {
        const safe = safeText(text, limit)
        expect(safe).not.toMatch(/[\p{C}\u2028\u2029]/u)
        expect(safe.length).toBeLessThanOrEqual(limit * 9)
      }),
      { numRuns: 1000 }
    )
  })

  test("AUD-02 is cut at 256 characters", async () => {
    const { auth, clock } = await withAda()
    const long = "x".repeat(100_000)
    const details = { policy: "admin", path: long }
    await auth.audit.append("access.denied", { details, client: { ip: null, userAgent: long } })
    await clock.advance("1 minute")
    const [event] = await eventsOf(auth, { type: "access.denied" })
    expect(event).toMatchObject({ userAgent: "x".repeat(256), details: { policy: "admin", path: "x".repeat(256) } })
  })
})

describe("a trail that cannot be written", () => {
  it.each(["audit.append", "audit.lastHash"])(
    "X11 ERR-03 stops nobody, and is told loudly: %s fails",
    async (broken) => {
      const log = capturedLog()
      const store = storeAround(outage((operation) => operation === broken))
      const { auth } = await createTestAuth({ store, ambient: log.layer, audit: { chain: true } })
      const user = await auth.users.register(ada)
      const { secret } = await auth.sessions.logIn(ada)
      expect(await auth.sessions.resume(secret)).toMatchObject({ user: { id: user.id } })
      await expect(auth.sessions.logIn({ ...ada, password: "x" })).rejects.toMatchObject({ _tag: "InvalidCredentials" })
      const told = log.lines.join("\n")
      expect(told).toContain("an audit event was lost")
      expect(told).toMatch(/level=ERROR/)
      expect(told).toContain("login.succeeded")
      expect(told).not.toContain(user.id)
    }
  )

  test("X11 a chain that never takes an event is given up, and told loudly", async () => {
    const log = loggedLines()
    const tables = emptyTables()
    const sound = memoryStoreOver(tables)
    const store: StoreLayer = Layer.succeed(Store)({
      ...sound,
      audit: { ...sound.audit, append: () => Effect.succeed(false) }
    })
    const { auth } = await createTestAuth({ store, ambient: log.layer, audit: { chain: true } })
    expect(await auth.users.register(ada)).toMatchObject({ username: "ada" })
    const problem = "other writes came between too often: try again"
    const event = { type: "user.registered", operation: "audit.append", problem }
    expect(log.lines).toContainEqual({ level: "Error", text: "an audit event was lost", fields: event })
  })

  test("IMP-06 an event that must be in the trail first fails when the trail cannot take it", async () => {
    const begun = ["impersonation.begun", { details: { reason: null, expiresAt: 0 } }] as const
    const away = await createTestAuth({ store: storeAround(outage((operation) => operation === "audit.append")) })
    await expect(away.auth.audit.record(...begun)).rejects.toMatchObject({ _tag: "StoreError" })
    const { auth } = await createTestAuth({ audit: { chain: true } })
    await auth.audit.record(...begun)
    expect(await eventsOf(auth, { type: "impersonation.begun" })).toHaveLength(1)
    expect(await auth.audit.verifyChain()).toMatchObject({ holds: true })
  })

  test("reading one that is away is a StoreError", async () => {
    const { auth } = await createTestAuth({ store: storeAround(outage((operation) => operation === "audit.list")) })
    await expect(auth.audit.list()).rejects.toMatchObject({ _tag: "StoreError" })
    await expect(auth.audit.verifyChain()).rejects.toMatchObject({ _tag: "StoreError" })
  })
})

describe("reading the trail", () => {
  const append = (auth: Auth, count: number) =>
    Promise.all(Array.from({ length: count }, () => auth.audit.append("session.confirmed", { details: {} })))

  test("goes newest first, a page at a time, to its beginning", async () => {
    const { auth } = await withAda()
    await append(auth, 7)
    const first = await auth.audit.list({ limit: 3, type: "session.confirmed" })
    const second = await auth.audit.list({ limit: 3, before: first.at(-1)?.sequence ?? 0 })
    const sequences = [...first, ...second].map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a))
    expect(new Set(sequences).size).toBe(6)
  })

  test("gives fifty unless asked for more, and 500 at most", async () => {
    const { auth } = await withAda()
    await append(auth, 510)
    const sizes = await Promise.all(
      [{}, { limit: 0 }, { limit: -5 }, { limit: 1e9 }].map((page) => auth.audit.list(page))
    )
    expect(sizes.map(({ length }) => length)).toEqual([50, 1, 1, 500])
  })

  test("finds what a user did and what was done to them", async () => {
    const { auth, user } = await withAda()
    const bob = await auth.users.register({ username: "bob", email: "bob@example.org", password: newPassword })
    await auth.users.change(bob.id, { isVerified: true }, { actor: user.id })
    expect((await eventsOf(auth, { user: bob.id })).map(({ type }) => type)).toEqual([
      "user.registered",
      "user.changed"
    ])
    expect((await eventsOf(auth, { user: user.id })).map(({ type }) => type)).toEqual([
      "user.registered",
      "user.changed"
    ])
  })
})

describe("the chain", () => {
  const chained = async () => {
    const made = await withAda({ audit: { chain: true } })
    for (let at = 0; at < 5; at++) await made.auth.sessions.logIn(ada, { client: from("192.0.2.1") })
    return made
  }

  /** The trail with something done to it behind the library's back. */
  const tampered = async (change: (audit: Array<AuditRecord>) => void) => {
    const { auth, tables } = await chained()
    change(tables.audit)
    return auth.audit.verifyChain()
  }

  test("AUD-06 holds while nobody touches it, and says how many events that are", async () => {
    const { auth, tables } = await chained()
    expect(await auth.audit.verifyChain()).toEqual({
      holds: true,
      count: tables.audit.length,
      start: null,
      anchor: null
    })
    expect(tables.audit).toHaveLength(7)
  })

  test("AUD-06 breaks at a record that was changed", async () => {
    const forge = (audit: Array<AuditRecord>) => {
      const [record] = audit.slice(3)
      if (record !== undefined) audit[3] = { ...record, event: { ...record.event, at: record.event.at + 1 } }
    }
    expect(await tampered(forge)).toEqual({ holds: false, brokenAt: 4, start: null })
  })

  it.each<[string, number | null, (audit: Array<AuditRecord>) => unknown]>([
    ["after one that was taken out", 5, (audit) => audit.splice(3, 1)],
    ["where two were exchanged", 5, (audit) => audit.splice(3, 2, ...audit.slice(3, 5).reverse())],
    [
      "at one that was put in",
      9,
      (audit) => audit.splice(3, 0, ...audit.slice(0, 1).map((one) => ({ ...one, sequence: 9 })))
    ],
    [
      "at one that lost its link",
      4,
      (audit) => audit.splice(3, 1, ...audit.slice(3, 4).map((one) => ({ ...one, hash: null })))
    ],
    ["at the new beginning when the old one was cut off", 3, (audit) => audit.splice(0, 2)]
  ])("AUD-06 breaks %s", async (_, brokenAt, change) => {
    expect(await tampered(change)).toEqual({ holds: false, brokenAt, start: null })
  })

  test("AUD-06 breaks at its end when records are missing there, if the store keeps the end by itself", async () => {
    const tables = emptyTables()
    let end: string | null = null
    const sound = memoryStoreOver(tables)
    const store: StoreLayer = Layer.succeed(Store)({
      ...sound,
      audit: {
        ...sound.audit,
        lastHash: Effect.sync(() => end),
        append: (record) => {
          end = record.link?.hash ?? end
          return sound.audit.append(record)
        }
      }
    })
    const { auth } = await createTestAuth({ store, audit: { chain: true } })
    await auth.users.register(ada)
    expect(await auth.audit.verifyChain()).toEqual({ holds: true, count: 2, start: null, anchor: null })
    tables.audit.pop()
    expect(await auth.audit.verifyChain()).toEqual({ holds: false, brokenAt: null, start: null })
  })

  test("AUD-06 holds with two writers at the same moment, and no event is lost", async () => {
    const tables = emptyTables()
    const yielding = () => storeAround((_, call) => Effect.andThen(Effect.yieldNow, call), tables)
    const one = await createTestAuth({ store: yielding(), audit: { chain: true } })
    const other = await createTestAuth({ store: yielding(), audit: { chain: true } })
    const append = ({ auth }: typeof one) => auth.audit.append("session.confirmed", { details: {} })
    await Promise.all(Array.from({ length: 60 }, (_, at) => append(at % 2 === 0 ? one : other)))
    expect(await one.auth.audit.verifyChain()).toEqual({ holds: true, count: 61, start: null, anchor: null })
  })

  test("AUD-06 is not broken by what is appended while it is verified", async () => {
    const tables = emptyTables()
    let meanwhile: () => Promise<void> = async () => {}
    const store = storeAround(
      (operation, call) =>
        operation === "audit.list" ? Effect.tap(call, () => Effect.promise(() => meanwhile())) : call,
      tables
    )
    const { auth } = await createTestAuth({ store, audit: { chain: true } })
    meanwhile = () => auth.audit.append("session.confirmed", { details: {} })
    expect(await auth.audit.verifyChain()).toEqual({ holds: true, count: 1, start: null, anchor: null })
    expect(tables.audit).toHaveLength(2)
  })

  test("AUD-06 may begin in the middle of a trail, and is read in pages", async () => {
    const tables = emptyTables()
    const before = await createTestAuth({ store: storeOver(tables) })
    await before.auth.users.register(ada)
    const { auth } = await createTestAuth({ store: storeOver(tables), audit: { chain: true } })
    for (let at = 0; at < 1_100; at++) await auth.audit.append("session.confirmed", { details: {} })
    expect(await auth.audit.verifyChain()).toEqual({ holds: true, count: 1_102, start: null, anchor: null })
  })

  test("AUD-06 of an empty trail holds", async () => {
    const { auth } = await createTestAuth({ admin: null, setup: { announce: false } })
    expect(await auth.audit.verifyChain()).toEqual({ holds: true, count: 0, start: null, anchor: null })
  })
})
