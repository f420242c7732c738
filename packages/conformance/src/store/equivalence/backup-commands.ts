import {
  type AuditRecord,
  type Instant,
  isSessionPastEnd,
  isTokenPastEnd,
  type ListPage,
  type NewCode,
  type NewSession,
  type NewToken,
  type NewUser,
  type UserId
} from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { eventOfEachType, wholeLog } from "../laws/audit-samples.ts"
import { inOrder } from "../laws/code-samples.ts"
import { wholeList } from "../laws/samples.ts"
import { type Call, call, whileThere } from "./command.ts"
import type { Scene } from "./scene.ts"
import { newUser } from "./user-commands.ts"

const ALL = 10_000

/** A store may drop what has ended, or keep it until it is purged. So all that has ended goes before a verb that finds what is there. */
const afterPurge = (at: Instant, { verb, says, run }: Call): Call => ({
  verb,
  says: `all that ended by ${at} is removed, then ${says}`,
  run: (store) =>
    Effect.gen(function* () {
      for (const part of [store.sessions, store.tokens, store.codes]) yield* part.removeExpired(at, ALL)
      return yield* run(store)
    })
})

const exportUsers = (after: UserId | null, limit: number): Call =>
  call("users.export", [after, limit], ({ users }, ...args) => users.export(...args))

const exportSessions = (owner: UserId, at: Instant, page: ListPage): Call =>
  call("sessions.export", [owner, at, page], ({ sessions }, ...args) => sessions.export(...args))

const exportTokens = (owner: UserId, at: Instant, page: ListPage): Call =>
  call("tokens.export", [owner, at, page], ({ tokens }, ...args) => tokens.export(...args))

/** In one order, because a store exports them in any. */
const exportCodes = (owner: UserId, at: Instant): Call =>
  afterPurge(
    at,
    call("codes.export", [owner], ({ codes }, owner) =>
      Effect.map(codes.export(owner), (held) =>
        inOrder(held.map(({ code }) => code)).map((code) => held.find((each) => each.code === code))
      )
    )
  )

/** Exports everything. */
export const backupLooks = ({ users, now }: Scene): ReadonlyArray<Call> => [
  exportUsers(null, ALL),
  ...users().flatMap((owner) => [
    exportSessions(owner, now(), wholeList),
    exportTokens(owner, now(), wholeList),
    exportCodes(owner, now())
  ])
]

/** A few of what is made, sometimes none. */
const some = <A>({ below }: Scene, make: () => A): ReadonlyArray<A> => Array.from({ length: below(4) }, make)

/** Somebody new, or another row with the id of one who was named. */
const userToRestore = (scene: Scene): NewUser => {
  const row = newUser(scene, false)
  const id = scene.percent(30) ? scene.user() : row.user.id
  const lastLoginAt = scene.pick([null, scene.now()])
  return { ...row, user: { ...row.user, id, epoch: scene.below(5), lastLoginAt }, revocations: scene.below(3) }
}

/** The commands that export and restore users. */
export const userBackups: ReadonlyArray<(scene: Scene) => Call> = [
  ({ pick, user, below }) => exportUsers(pick([null, user()]), 1 + below(4)),
  (scene) => call("users.restore", [some(scene, () => userToRestore(scene))], ({ users }, rows) => users.restore(rows))
]

/** One that is new, or was made before and has not ended; sometimes with the id or the hash of another. */
const sessionToRestore = (scene: Scene, owner: UserId): NewSession => {
  const fresh = scene.newSession(owner)
  const others = scene.sessions().filter(({ session }) => session.userId === owner)
  const known = scene.pick([fresh, ...others.filter(({ session }) => !isSessionPastEnd(session, scene.now()))])
  const sameId = { hash: fresh.hash, session: { ...fresh.session, id: known.session.id } }
  return scene.pick([fresh, known, known, sameId, { hash: known.hash, session: fresh.session }])
}

/** The commands that export and restore sessions: of users who are there, because a store may or may not refuse others. */
export const sessionBackups: ReadonlyArray<(scene: Scene) => Call> = [
  ({ session, sessions, pick, below, now }) => {
    const after = pick([null, ...sessions()])?.session ?? null
    return exportSessions(session().key.owner, now(), pick([wholeList, { after, limit: below(4) }]))
  },
  (scene) => {
    const owner = scene.user()
    const rows = some(scene, () => sessionToRestore(scene, owner))
    const restore = call("sessions.restore", [rows], ({ sessions }, rows) => sessions.restore(rows))
    return whileThere(owner, afterPurge(scene.now(), restore))
  }
]

/** As `sessionToRestore`. What was imported comes back for its own owner. */
const tokenToRestore = (scene: Scene, owner: UserId): NewToken => {
  const fresh = scene.newToken(owner, scene.pick(["issued", "imported"]))
  const others = scene.tokens().filter(({ token }) => token.userId === owner)
  const known = scene.pick([fresh, ...others.filter(({ token }) => !isTokenPastEnd(token, scene.now()))])
  const sameId = { hash: fresh.hash, token: { ...fresh.token, id: known.token.id } }
  return scene.pick([fresh, known, known, sameId, { hash: known.hash, token: { ...fresh.token, isImported: false } }])
}

/** An imported one with another's hash. Once that is gone, the contract promises nothing. */
const restoreTaken = (scene: Scene): Call => {
  const fresh = scene.newToken(scene.user(), "imported")
  const imported = scene.tokens().filter(({ token }) => token.isImported)
  const args = [{ ...fresh, hash: scene.pick([fresh, ...imported]).hash }, "while it is there"] as const
  const restore = call("tokens.restore", args, ({ tokens }, row, _) =>
    Effect.gen(function* () {
      const owner = yield* tokens.ownerOf(row.hash)
      if (owner === null || (yield* tokens.find(owner, row.hash)) === null) return "not there"
      return yield* tokens.restore([row])
    })
  )
  return whileThere(fresh.token.userId, afterPurge(scene.now(), restore))
}

/** As `sessionBackups`, for tokens. */
export const tokenBackups: ReadonlyArray<(scene: Scene) => Call> = [
  ({ token, tokens, pick, below, now }) => {
    const after = pick([null, ...tokens()])?.token ?? null
    return exportTokens(token().key.owner, now(), pick([wholeList, { after, limit: below(4) }]))
  },
  (scene) => {
    const owner = scene.user()
    const rows = some(scene, () => tokenToRestore(scene, owner))
    const restore = call("tokens.restore", [rows], ({ tokens }, rows) => tokens.restore(rows))
    return whileThere(owner, afterPurge(scene.now(), restore))
  },
  restoreTaken
]

const codeToRestore = (scene: Scene, owner: UserId): NewCode => {
  const others = scene.codes().filter(({ code }) => code.userId === owner && code.expiresAt > scene.now())
  return scene.pick([scene.newCode(owner), ...others])
}

/** As `sessionBackups`, for codes. */
export const codeBackups: ReadonlyArray<(scene: Scene) => Call> = [
  ({ code, now }) => exportCodes(code().owner, now()),
  (scene) => {
    const owner = scene.user()
    const rows = some(scene, () => codeToRestore(scene, owner))
    const restore = call("codes.restore", [rows], ({ codes }, rows) => codes.restore(rows))
    return whileThere(owner, afterPurge(scene.now(), restore))
  }
]

/** Where records are restored, seen from the last position. */
const steps = [[], [1], [-1, 0], [-1, 1, 2], [2, 5], [1, 3]] as const

/** The commands that restore the audit log. Their positions follow the log's last one, because each store assigns its own numbers. */
export const auditBackups: ReadonlyArray<(scene: Scene) => Call> = [
  (scene) => {
    const { pick, now, count, user } = scene
    const records = pick(steps).map((sequence): AuditRecord => {
      const event = { ...pick(eventOfEachType), at: now(), actor: pick([null, user()]) }
      return { sequence, event, hash: pick([null, `hash-${count()}`]) }
    })
    const start = pick([null, { sequence: 2, hash: pick([null, `hash-${count()}`]) }])
    return call("audit.restore", [records, start, "from the last"], ({ audit }, records, start, _) =>
      Effect.gen(function* () {
        const [newest] = yield* audit.list({ ...wholeLog, order: "newest-first", limit: 1 })
        const last = newest?.sequence ?? (yield* audit.start)?.sequence ?? 0
        const placed = records.map((record) => ({ ...record, sequence: last + record.sequence }))
        const added = yield* audit.restore(
          placed.filter(({ sequence }) => sequence > 0),
          start && { ...start, sequence: last + start.sequence }
        )
        const further = yield* audit.list({ ...wholeLog, after: last })
        return added === further.length ? further.map(({ sequence }) => sequence - last) : added
      })
    )
  }
]
