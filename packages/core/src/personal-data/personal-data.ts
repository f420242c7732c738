import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AuditEvent } from "../audit/audit-event.ts"
import type { AuditRecord } from "../audit/audit-store.ts"
import type { OwnChallenge } from "../cli-login/challenge.ts"
import type { Code } from "../code/code.ts"
import type { UserId } from "../secret/user-id.ts"
import type { Impersonation, Session } from "../session/session.ts"
import { Store } from "../store/store.ts"
import type { StoreError } from "../store/store-error.ts"
import type { AccessToken } from "../token/access-token.ts"
import type { User } from "../user/user.ts"
import { type ListPage, MOST_PER_PAGE, type Place } from "../vocabulary/page.ts"
import { NEVER } from "../vocabulary/time.ts"

/** All that is kept of a user, but for the events of the audit trail. It holds no hash and no secret. */
export interface AccountData {
  readonly user: User
  readonly hasPassword: boolean
  /** Every session that is stored, also one that has ended and waits to be swept. */
  readonly sessions: ReadonlyArray<PersonalSession>
  /** Every token that is stored, also one that has ended. */
  readonly tokens: ReadonlyArray<AccessToken>
  readonly cliLogins: ReadonlyArray<OwnChallenge>
  /** The codes that went by mail, with the addresses that they went to. */
  readonly codes: ReadonlyArray<Code>
}

/** A session as it may be told to its user: an administrator who acts in it is not named, but for why. */
export interface PersonalSession extends Omit<Session, "impersonation"> {
  readonly impersonation: Pick<Impersonation, "reason"> | null
}

/** A part of the audit events that are about a user, newest first. */
export interface EventsOfUser {
  readonly events: ReadonlyArray<PersonalEvent>
  /** Where the next part begins; null if this is the last. */
  readonly next: number | null
}

/** An event as it may be told to the user whom it is about: what it says of other people is left out (GDPR, article 15 (4)). */
export interface PersonalEvent {
  readonly type: AuditEvent["type"]
  readonly details: AuditEvent["details"]
  readonly at: AuditEvent["at"]
  /** Who did it; null where that is not known. */
  readonly actor: "self" | "other" | null
  /** To whom. */
  readonly subject: "self" | "other" | null
  /** Null unless the user did it, as are the four below: whoever failed to log in may be a stranger. */
  readonly credential: string | null
  readonly actedWith: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly request: string | null
}

/** What is kept of one person, for them to see or to take with them. */
export class PersonalData extends Context.Service<
  PersonalData,
  {
    /** All that is kept of a user, but for events. Null when there is no such user. Its lists are as long as the options allow. */
    readonly account: (id: UserId) => Effect.Effect<AccountData | null, StoreError>
    /**
     * The audit events in which a user is actor or subject, newest first, at most 1 000; `before` continues at `next` of the part
     * before. The trail keeps them when the user is gone.
     */
    readonly events: (id: UserId, page?: { readonly before?: number }) => Effect.Effect<EventsOfUser, StoreError>
  }
>()("@latchkey/core/PersonalData") {
  static readonly layer: Layer.Layer<PersonalData, never, Store> = Layer.effect(
    PersonalData,
    Effect.map(Store, ({ users, sessions, tokens, challenges, codes, audit }) => ({
      account: Effect.fn("PersonalData.account")(function* (id: UserId) {
        const found = yield* users.findWithPassword(id)
        if (found === null) return null
        return {
          user: found.user,
          hasPassword: found.passwordHash !== null,
          // Nothing has ended at that time, so what waits to be swept is told as well.
          sessions: (yield* wholeList((page) => sessions.list(id, NEVER, page))).map(toldSession),
          tokens: yield* wholeList((page) => tokens.list(id, NEVER, page)),
          cliLogins: yield* wholeList((page) => challenges.list(id, page)),
          codes: yield* codes.list(id)
        }
      }),
      events: Effect.fn("PersonalData.events")(function* (id: UserId, { before }: { readonly before?: number } = {}) {
        const records: Array<AuditRecord> = []
        let after = before ?? null
        while (records.length < MOST_EVENTS) {
          const query = {
            after,
            order: "newest-first",
            limit: MOST_PER_PAGE,
            type: null,
            user: id,
            request: null
          } as const
          const page = yield* audit.list(query)
          records.push(...page)
          if (page.length < MOST_PER_PAGE) return { events: records.map(toldTo(id)), next: null }
          after = page.at(-1)?.sequence ?? after
          yield* Effect.yieldNow
        }
        return { events: records.map(toldTo(id)), next: after }
      })
    }))
  )
}

/** Two pages of the trail: some hundred kilobytes as JSON, which a server can hold for many people at once. */
const MOST_EVENTS = 2 * MOST_PER_PAGE

const toldSession = (session: Session): PersonalSession => ({
  ...session,
  impersonation: session.impersonation === null ? null : { reason: session.impersonation.reason }
})

const wholeList = Effect.fnUntraced(function* <Entry extends Place>(
  read: (page: ListPage) => Effect.Effect<ReadonlyArray<Entry>, StoreError>
) {
  const list: Array<Entry> = []
  for (let after: Place | null = null; ; ) {
    const page: ReadonlyArray<Entry> = yield* read({ after, limit: MOST_PER_PAGE })
    list.push(...page)
    const last = page.at(-1)
    if (last === undefined || page.length < MOST_PER_PAGE) return list
    after = { createdAt: last.createdAt, id: last.id }
  }
})

const toldTo =
  (id: UserId) =>
  ({ event }: AuditRecord): PersonalEvent => {
    const who = (user: UserId | null) => (user === null ? null : user === id ? "self" : "other")
    const actor = who(event.actor)
    const { credential, actedWith = null, ip, userAgent, request = null } = actor === "self" ? event : unknownSource
    const { type, details, at } = event
    return { type, details, at, actor, subject: who(event.subject), credential, actedWith, ip, userAgent, request }
  }

const unknownSource = { credential: null, actedWith: null, ip: null, userAgent: null, request: null }
