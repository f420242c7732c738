import * as Effect from "effect/Effect"
import { brokenAudit, lookThenAct, type Saboteur, saboteur } from "./saboteur.ts"

/** One saboteur for each race of the audit log, and some of its other laws. */
export const auditSaboteurs: ReadonlyArray<Saboteur> = [
  brokenAudit(
    "AUD-06 of parallel appends to one end exactly one is true, so the chain never forks",
    (_, { audit }) => ({
      append: ({ event, link }) =>
        Effect.gen(function* () {
          const seen = yield* audit.lastHash
          yield* Effect.yieldNow
          const previous = seen === link?.previous ? yield* audit.lastHash : (link?.previous ?? null)
          return yield* audit.append({ event, link: link === null ? null : { ...link, previous } })
        })
    })
  ),

  brokenAudit("parallel appends without links are all kept, each at its own position", (tables, { audit }) => {
    let restorations = 0
    const last = () => tables.audit.at(-1) ?? tables.auditStart ?? { sequence: 0 }
    return {
      append: ({ event, link }) =>
        lookThenAct(
          () => ({ sequence: last().sequence + 1, before: restorations }),
          ({ sequence, before }) => {
            if (link !== null || restorations > before) return audit.append({ event, link })
            tables.audit.push({ sequence, event, hash: null })
            return Effect.succeed(true)
          }
        ),
      restore: (...args) => Effect.tap(audit.restore(...args), () => Effect.sync(() => void restorations++))
    }
  }),

  brokenAudit("AUD-09 parallel calls to removeExpired count each record once", (tables, { audit }) => ({
    removeExpired: (before, limit) =>
      lookThenAct(
        () => {
          const kept = tables.audit.findIndex(({ event }) => event.at > before)
          return Math.min(limit, kept === -1 ? tables.audit.length : kept)
        },
        (seen) => Effect.as(audit.removeExpired(before, limit), seen)
      )
  })),

  brokenAudit("AUD-09 what is added while all else is removed is kept, and follows it", (tables, { audit }) => ({
    removeExpired: (before, limit) =>
      lookThenAct(
        () => tables.audit.length <= limit && tables.audit.every(({ event }) => event.at <= before),
        (takesAll) =>
          Effect.tap(audit.removeExpired(before, limit), () =>
            Effect.sync(() => takesAll && tables.audit.splice(0, tables.audit.length))
          )
      )
  })),

  brokenAudit("AUD-10 the start moves in the step in which the records go", (tables, { audit }) => {
    let shown = tables.auditStart
    return {
      removeExpired: (before, limit) =>
        Effect.gen(function* () {
          const removed = yield* audit.removeExpired(before, limit)
          yield* Effect.yieldNow
          shown = tables.auditStart
          return removed
        }),
      restore: (...args) =>
        Effect.tap(audit.restore(...args), () =>
          Effect.sync(() => {
            shown = tables.auditStart
          })
        ),
      start: Effect.sync(() => shown)
    }
  }),

  brokenAudit(
    [
      "AUD-06 records without a link come between linked ones and are no end",
      "AUD-10 the end is that of the last linked record, also when it was removed",
      "BAK-01 restored records keep their positions and links, and the log goes on after them"
    ],
    (tables) => ({
      lastHash: Effect.sync(() => (tables.audit.at(-1) ?? tables.auditStart)?.hash ?? null)
    })
  ),

  brokenAudit(
    [
      "list of a user gives the records of which they are actor or subject, each once",
      "AUD-11 list of a request gives its records only, also of a type and of a user",
      "AUD-09 what was removed is in no list, and what is left is in all"
    ],
    (_, { audit }) => ({
      list: (query) =>
        Effect.map(audit.list(query), (records) =>
          query.user === null ? records : records.filter(({ event }) => event.actor === query.user)
        )
    })
  ),

  brokenAudit("AUD-11 list of a request gives its records only, also of a type and of a user", (_, { audit }) => ({
    list: (query) => audit.list(query.user === null ? query : { ...query, request: null })
  })),

  brokenAudit("AUD-14 a record keeps its position, its event and its hash", (tables, { audit }) => ({
    removeExpired: (before, limit) =>
      Effect.map(audit.removeExpired(before, limit), (removed) => {
        const [first] = tables.audit
        if (first !== undefined) tables.audit[0] = { ...first, event: { ...first.event, credential: "changed" } }
        return removed
      })
  })),

  saboteur("removing a user keeps their records", (tables, { users }) => ({
    users: {
      ...users,
      remove: (id, proof) =>
        Effect.tap(users.remove(id, proof), () =>
          Effect.sync(() => {
            const kept = tables.audit.filter(({ event }) => event.actor !== id && event.subject !== id)
            tables.audit.splice(0, tables.audit.length, ...kept)
          })
        )
    }
  })),

  brokenAudit(
    [
      "AUD-09 removeExpired removes records that are as old as `before` or older",
      "AUD-09 removeExpired removes at most `limit`, from the beginning of the log",
      "AUD-09 removeExpired goes through a long log, to its limit or to its end",
      "AUD-09 what was removed is in no list, and what is left is in all",
      "AUD-09 removeExpired leaves what is behind a record that stays, however old: no gaps",
      "AUD-10 start is the last removed record, with the hash of the last linked one",
      "AUD-10 the end is that of the last linked record, also when it was removed",
      "AUD-09 no position is given twice, also when all records were removed",
      "STO-05 any text round-trips as the hash at the start, and is the end that the next one links to",
      "AUD-09 what is added while all else is removed is kept, and follows it"
    ],
    (_, { audit }) => ({ removeExpired: (before, limit) => audit.removeExpired(before - 1, limit) })
  ),

  brokenAudit(
    "AUD-09 removeExpired leaves what is behind a record that stays, however old: no gaps",
    (tables, { audit }) => ({
      removeExpired: (before, limit) =>
        Effect.map(audit.removeExpired(before, limit), (removed) => {
          const kept = tables.audit.filter(({ event }, n) => n >= limit - removed || event.at > before)
          const further = tables.audit.length - kept.length
          tables.audit.splice(0, tables.audit.length, ...kept)
          return removed + further
        })
    })
  ),

  brokenAudit(
    [
      "AUD-10 start is the last removed record, with the hash of the last linked one",
      "BAK-01 restored records keep their positions and links, and the log goes on after them",
      "BAK-01 the beginning of a trail whose records were all removed is restored",
      "BAK-02 only records after all that the log ever had are restored"
    ],
    (tables, { audit }) => {
      let hash: string | null = null
      return {
        removeExpired: (before, limit) =>
          Effect.suspend(() => {
            const first = tables.audit.length
            const records = [...tables.audit]
            return Effect.tap(audit.removeExpired(before, limit), (removed) =>
              Effect.sync(() => {
                if (removed > 0 && first > 0) hash = records[removed - 1]?.hash ?? null
              })
            )
          }),
        start: Effect.map(audit.start, (start) => start && { ...start, hash })
      }
    }
  ),

  brokenAudit(
    [
      "AUD-10 the end is that of the last linked record, also when it was removed",
      "STO-05 any text round-trips as the hash at the start, and is the end that the next one links to",
      "AUD-09 what is added while all else is removed is kept, and follows it",
      "BAK-01 the beginning of a trail whose records were all removed is restored"
    ],
    (tables, { audit }) => {
      const lastHash = () => tables.audit.findLast(({ hash }) => hash !== null)?.hash ?? null
      return {
        lastHash: Effect.sync(lastHash),
        append: (record) =>
          Effect.suspend(() => {
            const end = tables.auditStart?.hash ?? null
            const { link } = record
            if (link === null || lastHash() !== null) return audit.append(record)
            return link.previous === null
              ? audit.append({ ...record, link: { ...link, previous: end } })
              : Effect.succeed(false)
          })
      }
    }
  ),

  brokenAudit(
    [
      "AUD-09 no position is given twice, also when all records were removed",
      "AUD-09 what is added while all else is removed is kept, and follows it",
      "BAK-01 the beginning of a trail whose records were all removed is restored"
    ],
    (tables, { audit }) => ({
      append: (record) =>
        Effect.map(audit.append(record), (isAdded) => {
          const [last, before] = [tables.audit.at(-1), tables.audit.at(-2)]
          const isOnly = isAdded && last !== undefined && before === undefined
          if (isOnly) tables.audit.splice(-1, 1, { ...last, sequence: 1 })
          return isAdded
        })
    })
  )
]
