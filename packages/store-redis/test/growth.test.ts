import { samples } from "@latchkey/conformance/store"
import { AttemptRoom, placeOf, Store, type StoreShape, UserId } from "@latchkey/core/store"
import { redisStore } from "@latchkey/store-redis"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { fieldOfHash, makeKeys } from "../src/keys.ts"
import { LAYOUTS, type Layouts } from "../src/layout.ts"
import { openStore } from "../src/redis-store.ts"
import type { Change } from "../src/user-changes.ts"
import { indexUsers } from "../src/user-index.ts"
import {
  approval,
  code,
  codeKey,
  denial,
  event,
  hour,
  keyOf,
  limit,
  newPassword,
  now,
  ownKey,
  person,
  plenty,
  redemption,
  secretOf,
  session,
  token,
  tokenKeyOf,
  userId,
  wholeList
} from "./samples.ts"
import { type RedisServer, startRedis } from "./servers.ts"
import { build, hasRedis, newPrefix, outcome } from "./stores.ts"
import { approved, claimed, pending, prepare, type Verb } from "./verbs.ts"
import { changerOver, dyingAfter, inSteps } from "./writers.ts"

let server: RedisServer
beforeAll(async () => {
  if (hasRedis) server = await startRedis()
})
afterAll(() => server?.close())

const inMemory = { unsafeNoPersistence: true }

const opened = async () => {
  const prefix = newPrefix()
  return { prefix, store: await build(redisStore(server.url, { prefix, ...inMemory })) }
}

/** A field of a version to come, with what a script that read it could not write again as it was. */
const TO_COME = 'fieldToCome {"list":[],"price":1.50,"big":12345678901234567890,"text":"a\\nb"}'

/** Where the texts of the third prepared user are, of the challenges, and of a bucket. */
const placesUnder = (prefix: string) => {
  const keys = makeKeys(prefix)
  const { user, sessions, tokens, codes } = keys.ofOwner(userId(3))
  const inHash = (key: string, field: string) => ({
    read: async () => String(await server.command("HGET", key, field)),
    write: (text: string) => server.command("HSET", key, field, text)
  })
  const alone = (key: string | (() => Promise<string>)) => {
    const name = async () => (typeof key === "string" ? key : key())
    return {
      read: async () => String(await server.command("GET", await name())),
      write: async (text: string) => server.command("SET", await name(), text, "KEEPTTL")
    }
  }
  /** The bucket exists before its place is asked for, and so does the secret. */
  const bucket = async () => {
    const secret = String(await server.command("GET", keys.directory.bucketSecret))
    return keys.ofBucket("bucket", placeOf(secret, "bucket", AttemptRoom.defaultValue().shared)).self
  }
  return {
    user: alone(user),
    session: inHash(sessions, fieldOfHash(session(3, userId(3)).hash)),
    token: inHash(tokens, fieldOfHash(token(3, userId(3)).hash)),
    code: inHash(codes, "reset"),
    claimed: alone(keys.ofChallenge(claimed.challenge.id).self),
    pending: alone(keys.ofChallenge(pending.challenge.id).self),
    approved: alone(keys.ofChallenge(approved.challenge.id).self),
    bucket: alone(bucket)
  }
}

/** A process of this version on data in which a newer one has set a field wherever it can. */
const besideNewer = async () => {
  const { prefix, store } = await opened()
  await Effect.runPromise(prepare(store))
  const places = placesUnder(prefix)
  for (const { read, write } of Object.values(places)) await write(`${await read()}\n${TO_COME}`)
  return { prefix, store, places }
}

const id = userId(3)
const [one, made] = [session(3, id), token(3, id)]
const proof = { epoch: 0, revocations: null }
const ownEmail = person(3).canonicalEmail
const address = { email: { typed: "Ada@b.c", canonical: "ada@b.c" } }
const rotation = { next: token(9, id), at: now + 1, oldExpiresAt: now + 2 }

/** Every verb that changes a text and leaves it there, with something for it to do. */
const changes: Readonly<Record<string, Verb>> = {
  "users.change of names": ({ users }) =>
    users.change(id, { username: { typed: "Ada", canonical: "ada" }, email: { typed: "A@b", canonical: "a@b" } }, now),
  "users.change of states": ({ users }) => users.change(id, { isActive: false, isVerified: false }, now),
  "users.changeWithProof of names": ({ users }) =>
    users.changeWithProof(id, { username: { typed: "Ada", canonical: "ada" } }, { epoch: 0, revocations: 0 }, now),
  "users.changeWithProof of a password": ({ users }) =>
    users.changeWithProof(id, newPassword("new", one.session.id), { epoch: 0, revocations: 0 }, now),
  "users.countRevocation": ({ users }) => users.countRevocation(id),
  "users.rehash": ({ users }) => users.rehash(id, { from: "hash-3", to: "newer" }),
  "users.endCredentials": ({ users }) => users.endCredentials(id, now),
  "users.promote": ({ users }) => users.promote(id, { passwordHash: "p", mustChangePassword: false }, now),
  "users.recordLogin": ({ users }) => users.recordLogin(id, now),
  "sessions.touch": ({ sessions }) => sessions.touch(keyOf(one), { at: now + 1, idleExpiresAt: now + 2 * hour }),
  "sessions.setData": ({ sessions }) => sessions.setData(keyOf(one), { version: 0, data: { theme: "dark" } }),
  "sessions.setEpoch": ({ sessions }) => sessions.setEpoch(keyOf(one), { from: 0, to: 1 }),
  "tokens.recordUse": ({ tokens }) => tokens.recordUse(tokenKeyOf(made), now + 1),
  "tokens.rotate": ({ tokens }) => tokens.rotate(tokenKeyOf(made), rotation, 9),
  "challenges.claim": ({ challenges }) => challenges.claim(pending.challenge.codeHash, id, now, plenty),
  "challenges.decide that approves": ({ challenges }) => challenges.decide(ownKey(userId(1), claimed), approval, now),
  "challenges.decide that denies": ({ challenges }) => challenges.decide(ownKey(userId(2), approved), denial, now),
  "challenges.poll": ({ challenges }) => challenges.poll(secretOf(pending), now),
  "challenges.redeem": ({ challenges }) => challenges.redeem(secretOf(approved), redemption),
  "users.changeWithProof of an address by a code": ({ users }) =>
    users.changeWithProof(id, { ...address, isVerified: true }, { ...proof, canonicalEmail: ownEmail }, now),
  "users.changeWithProof that verifies": ({ users }) =>
    users.changeWithProof(id, { isVerified: true }, { ...proof, canonicalEmail: ownEmail }, now + 1),
  "codes.consume": ({ codes }) => codes.consume(codeKey(code(3, id)), now),
  "attempts.hit": ({ attempts }) => Effect.as(attempts.hit([{ key: "bucket", limit }], now), "done"),
  "attempts.takeBack": ({ attempts }) =>
    Effect.andThen(attempts.hit([{ key: "bucket", limit }], now), attempts.takeBack([{ key: "bucket", limit }], now))
}

describe.runIf(hasRedis)("STO-06 beside a newer process, during a rolling deployment", () => {
  test.each(Object.entries(changes))(
    "%s carries along a field that it does not know, to the letter",
    async (_, change) => {
      const { store, places } = await besideNewer()
      const before = await Promise.all(Object.values(places).map(({ read }) => read()))
      expect([null, false, "StoreError", "AccountNameTaken"]).not.toContain(await outcome(change(store)))
      const after = await Promise.all(Object.values(places).map(({ read }) => read()))
      expect(after).not.toEqual(before)
      for (const text of after) expect(text.split("\n")).toContain(TO_COME)
    }
  )

  test("what is read is as it ever was, and what is added has nothing in the new field", async () => {
    const { store } = await besideNewer()
    const { user } = person(3)
    expect(await outcome(store.lookupSession(id, one.hash))).toEqual({ user, session: one.session })
    expect(await outcome(store.lookupToken(id, made.hash))).toEqual({ user, token: made.token })
    expect(await outcome(store.sessions.list(id, now, wholeList))).toEqual([one.session])
    expect(await outcome(store.codes.list(id))).toEqual([code(3, id).code])
    expect(await outcome(store.challenges.find(ownKey(userId(1), claimed)))).toMatchObject({ state: "claimed" })
    expect(await outcome(store.challenges.list(userId(2), wholeList))).toMatchObject([{ state: "approved" }])
    expect(await outcome(store.attempts.isTrusted({ account: "account", key: "mark" }, now))).toBe(true)
    expect(await outcome(store.users.findByName({ kind: "username", canonical: "name3" }))).toEqual({
      user,
      passwordHash: "hash-3",
      revocations: 0
    })
    expect(await outcome(store.users.export(userId(2), 9))).toEqual([person(3)])
    expect(await outcome(store.sessions.export(id, now, wholeList))).toEqual([one])
    expect(await outcome(store.tokens.export(id, now, wholeList))).toContainEqual(made)
    expect(await outcome(store.codes.export(id))).toEqual([code(3, id)])
  })

  test("of two changes of one text by both versions none is lost", async () => {
    const { store, places } = await besideNewer()
    await outcome(store.users.recordLogin(id, now + 1))
    await places.user.write((await places.user.read()).replace("fieldToCome", "renamedField"))
    await outcome(store.users.recordLogin(id, now + 2))
    const lines = (await places.user.read()).split("\n")
    expect(lines.filter((line) => line.startsWith("lastLoginAt "))).toEqual([`lastLoginAt ${now + 2}`])
    expect(lines.filter((line) => line.startsWith("renamedField "))).toHaveLength(1)
    expect(await outcome(store.users.find(id))).toEqual({ ...person(3).user, lastLoginAt: now + 2 })
  })
})

describe.runIf(hasRedis)("STO-06 a change that a newer process began and this one completes, as in a cluster", () => {
  const begun = async (change: Partial<Change> & { readonly verb: Change["verb"] }) => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const newer = await changerOver(server.url, prefix, (db) => dyingAfter(1)(inSteps(db)))
    const whole = { id, username: null, email: null, losesSuperuser: false, details: [], ...change }
    await newer.changes.perform(whole).catch(() => {})
    newer.close()
    expect(await server.command("HLEN", makeKeys(prefix).directory.intents)).toBe(1)
    return { prefix, store, places: placesUnder(prefix) }
  }

  test("sets a field that it does not know", async () => {
    const { store, places } = await begun({ verb: "change", details: [String(now), "displayName", '"Ada L."'] })
    expect(await outcome(store.users.change(id, { isVerified: false }, now + 1))).toMatchObject({ isVerified: false })
    expect((await places.user.read()).split("\n")).toContain('displayName "Ada L."')
  })

  test("takes a field away again that is set to null", async () => {
    const { store, places } = await begun({ verb: "change", details: [String(now), "lastLoginAt", "null"] })
    await outcome(store.sessions.removeExpired(now - hour, 1))
    expect(await places.user.read()).not.toContain("lastLoginAt")
  })

  test("adds a user with such a field", async () => {
    const text = `0 1 0 1 0 ${now} ${now}\n"New"\nnull\n"new"\nnull\nnull\ndisplayName "N"`
    const added = UserId("new")
    const { prefix, store } = await begun({ verb: "insert", id: added, username: "new", details: [text] })
    await outcome(store.sessions.removeExpired(now - hour, 1))
    expect(await outcome(store.users.find(added))).toMatchObject({ id: "new", username: "New", lastLoginAt: null })
    expect(await server.command("GET", makeKeys(prefix).ofOwner(added).user)).toContain('\ndisplayName "N"')
  })

  test("compares the address of a code, ends what it ends, and is told as refused when the address is another", async () => {
    const set = ["email", '"Ada@b.c"', "canonicalEmail", '"ada@b.c"', "isVerified", "1"]
    const at = String(now + 1)
    const details = [at, "0", "", "null", "0", "", JSON.stringify(ownEmail), ...set]
    const fitting = { verb: "recover", email: "ada@b.c", details } as const
    const { store } = await begun(fitting)
    await outcome(store.sessions.removeExpired(now - hour, 1))
    const user = { ...person(3).user, email: "Ada@b.c", isVerified: true, epoch: 1, updatedAt: now + 1 }
    expect(await outcome(store.users.findByName({ kind: "email", canonical: "ada@b.c" }))).toMatchObject({ user })
    const other = await begun({ ...fitting, details: details.with(6, '"of@another"') })
    await outcome(other.store.sessions.removeExpired(now - hour, 1))
    expect(await outcome(other.store.users.find(id))).toEqual(person(3).user)
    expect(await outcome(other.store.users.findByName({ kind: "email", canonical: "ada@b.c" }))).toBeNull()
  })

  test("is left to the newer one when it is of a kind that this one does not know", async () => {
    const verb = "verify" as Change["verb"] // of a version to come
    const { prefix, store, places } = await begun({ verb })
    const before = await places.user.read()
    expect(await outcome(store.users.change(id, { isVerified: false }, now + 1))).toBe("StoreError")
    expect(await places.user.read()).toBe(before)
    expect(await server.command("HLEN", makeKeys(prefix).directory.intents)).toBe(1)
    expect(await outcome(store.sessions.removeExpired(now - hour, 1))).toBe(0)
    expect(await outcome(store.users.change(userId(2), { isVerified: false }, now + 1))).toMatchObject({
      id: userId(2)
    })
  })
})

describe.runIf(hasRedis)("the audit log whose oldest events are removed", () => {
  const linked = (n: number) => ({
    event: event(n),
    link: { previous: n === 0 ? null : `hash-${n - 1}`, hash: `hash-${n}` }
  })
  const page = { after: null, order: "oldest-first", limit: 100, type: null, user: null, request: null } as const

  test("STO-06 AUD-09 may be of an older version, which has no note of where it begins", async () => {
    const { prefix, store } = await opened()
    const { audit } = makeKeys(prefix)
    for (const n of [0, 1, 2]) await outcome(store.audit.append(linked(n)))
    expect(await server.command("EXISTS", audit.start)).toBe(0)
    expect(await outcome(store.audit.start)).toBeNull()
    expect(await outcome(store.audit.removeExpired(now, 2))).toBe(2)
    expect(await outcome(store.audit.start)).toEqual({ sequence: 2, hash: "hash-1" })
    expect(await outcome(store.audit.append(linked(3)))).toBe(true)
    expect(await outcome(store.audit.list(page))).toMatchObject([{ sequence: 3 }, { sequence: 4 }])
  })

  test("STO-06 an older process that goes on with a log from which all was removed fails, and breaks nothing", async () => {
    const { prefix, store } = await opened()
    const { audit } = makeKeys(prefix)
    for (const n of [0, 1]) await outcome(store.audit.append(linked(n)))
    await outcome(store.audit.removeExpired(now, 2))
    // It looks for the end in the stream alone, and finds none.
    await expect(server.command("XADD", audit.records, "1-0", "type", "x", "event", "{}")).rejects.toThrow()
    expect(await outcome(store.audit.append(linked(2)))).toBe(true)
    expect(await outcome(store.audit.list(page))).toMatchObject([{ sequence: 3, hash: "hash-2" }])
  })

  test("AUD-09 leaves nothing of them in the indexes", async () => {
    const { prefix, store } = await opened()
    for (let n = 0; n < 250; n++) await outcome(store.audit.append(linked(n)))
    expect(await outcome(store.audit.removeExpired(now, 1_000))).toBe(250)
    const left = Object.keys(await server.contents()).filter((key) => key.includes(`{${prefix}:audit}`))
    const { records, start, end } = makeKeys(prefix).audit
    expect(left.toSorted()).toEqual([end, records, start].toSorted())
    expect(await server.command("XLEN", records)).toBe(0)
  })
})

describe.runIf(hasRedis)("STO-06 the layout of the data", () => {
  const layoutUnder = (prefix: string) => server.command("GET", makeKeys(prefix).directory.layout)

  /** How a version that knows these layouts starts: null, or why not. */
  const start = (prefix: string, layouts: Layouts): Promise<string | null> =>
    Effect.runPromise(
      Effect.scoped(openStore(server.url, inMemory, makeKeys(prefix), layouts)).pipe(
        Effect.match({
          onSuccess: () => null,
          onFailure: ({ operation, cause }) => `${operation}: ${cause instanceof Error ? cause.message : cause}`
        })
      )
    )

  test("is noted with the data, and found again", async () => {
    const { prefix } = await opened()
    expect(await layoutUnder(prefix)).toBe("2")
    expect(await start(prefix, LAYOUTS)).toBeNull()
  })

  test("that is newer than this version knows is refused with the way out, and nothing is written", async () => {
    const prefix = newPrefix()
    await server.command("SET", makeKeys(prefix).directory.layout, "3")
    const before = await server.contents()
    expect(await start(prefix, LAYOUTS)).toMatch(
      /^open: .*layout 3, .*layouts up to 2: run the version that wrote the data/
    )
    expect(await server.contents()).toEqual(before)
  })

  test("that is older is raised at the start, and what is there is read and grows", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const { directory } = makeKeys(prefix)
    const mark = await server.command("GET", directory.incarnation)
    const newer = { oldest: 1, written: 3, newest: 4 }
    const next = await build(Layer.effect(Store, openStore(server.url, inMemory, makeKeys(prefix), newer)))
    expect(await layoutUnder(prefix)).toBe("3")
    expect(await server.command("GET", directory.incarnation)).toBe(mark)
    expect(await outcome(next.lookupSession(id, one.hash))).toEqual({ user: person(3).user, session: one.session })
    expect(await outcome(next.users.change(id, { isVerified: false }, now))).toMatchObject({ isVerified: false })
  })

  describe("1, which has no indexes for lists of users", () => {
    const everyone = { query: null, filter: {} }

    /** Data as a version with layout 1 left it: some hundred users of every kind. */
    const firstLayout = async () => {
      const { prefix, store } = await opened()
      const { directory } = makeKeys(prefix)
      for (let n = 0; n < 1_203; n++) {
        await Effect.runPromise(
          store.users.insert(samples.sampleUser(n, { isActive: n % 7 > 0, isSuperuser: n % 5 === 0 }))
        )
      }
      const indexes = [directory.names, directory.allSuperusers, directory.inactive]
      const before = await server.contents()
      await server.command("DEL", ...indexes)
      await server.command("SET", directory.layout, "1")
      return { prefix, indexes, before }
    }

    const listed = (store: StoreShape) =>
      Effect.runPromise(
        Effect.all(
          [everyone, { ...everyone, query: "name" }, { ...everyone, filter: { isActive: false } }].map((search) =>
            store.users.count(search)
          )
        )
      )

    test("gets them at the start, all as if they had been kept from the first user on", async () => {
      const { prefix, before, indexes } = await firstLayout()
      const store = await build(redisStore(server.url, { prefix, ...inMemory }))
      const after = await server.contents()
      for (const key of [...indexes, makeKeys(prefix).directory.layout]) expect(after[key], key).toEqual(before[key])
      expect(await listed(store)).toEqual([1_203, 1_203, 172].map((total) => ({ total, isExact: true })))
    })

    test("gets them at the next start, when one is interrupted, also beside a process that writes", async () => {
      const { prefix, before, indexes } = await firstLayout()
      const keys = makeKeys(prefix)
      for (const scripts of [1, 2, 3, 4, 5]) {
        const { db, close } = await changerOver(server.url, prefix, dyingAfter(scripts))
        await expect(
          (async () => {
            for (let last = await indexUsers(db, keys, null); last !== null; ) last = await indexUsers(db, keys, last)
          })()
        ).rejects.toThrow("the writer is dead")
        close()
        expect(await server.command("GET", keys.directory.layout)).toBe("1")
      }
      await build(redisStore(server.url, { prefix, ...inMemory }))
      const after = await server.contents()
      for (const key of indexes) expect(after[key], key).toEqual(before[key])
    })

    test("gets no entry for a user who is removed meanwhile, and none too few for one who changes", async () => {
      const { prefix } = await firstLayout()
      const keys = makeKeys(prefix)
      const [gone, changed] = [userId(0), userId(1)]
      const { changes, db, close } = await changerOver(server.url, prefix, (db) => ({
        ...db,
        // The users were read; before the entries are made, others write.
        run: async (...call) => {
          if (call[2][1] === keys.directory.inactive) {
            const at = String(now)
            const base = { username: null, email: null, losesSuperuser: true } as const
            await changes.perform({ ...base, verb: "remove", id: gone, details: [] })
            await changes.perform({ ...base, verb: "change", id: changed, details: [at, "isActive", "0"] })
          }
          return db.run(...call)
        }
      }))
      await indexUsers(db, keys, null)
      close()
      expect(await server.command("ZSCORE", keys.directory.inactive, gone)).toBeNull()
      expect(await server.command("ZSCORE", keys.directory.inactive, changed)).toBe("0")
    })
  })

  test("changes in two releases, each of which runs beside the one before", async () => {
    const prefix = newPrefix()
    const [first, reading, writing] = [
      LAYOUTS,
      { oldest: 1, written: 2, newest: 3 },
      { oldest: 1, written: 3, newest: 3 }
    ]
    for (const layouts of [first, reading, first, reading]) expect(await start(prefix, layouts)).toBeNull()
    expect(await layoutUnder(prefix)).toBe("2")
    for (const layouts of [writing, reading, writing]) expect(await start(prefix, layouts)).toBeNull()
    expect(await layoutUnder(prefix)).toBe("3")
    expect(await start(prefix, first)).toContain("layout 3")
  })

  test("that is older than this version reads is refused with the way out", async () => {
    const { prefix } = await opened()
    expect(await start(prefix, { oldest: 3, written: 4, newest: 4 })).toMatch(
      /^open: .*layout 2, .*layouts from 3: start an intermediate version/
    )
    expect(await layoutUnder(prefix)).toBe("2")
  })

  test("that was never noted beside data is refused with the way out", async () => {
    const { prefix } = await opened()
    await server.command("DEL", makeKeys(prefix).directory.layout)
    const before = await server.contents()
    expect(await start(prefix, LAYOUTS)).toMatch(/^open: .*no layout number\. .*delete it .*layout was lost/)
    expect(await server.contents()).toEqual(before)
  })

  test.each(["", "x", "1.5", "-1", "NaN", "99999999999999999999"])("that is the text %j is refused", async (text) => {
    const prefix = newPrefix()
    await server.command("SET", makeKeys(prefix).directory.layout, text)
    expect(await start(prefix, LAYOUTS)).toMatch(/^open: /)
    expect(await layoutUnder(prefix)).toBe(text)
  })
})

describe.runIf(hasRedis)("a text that is none of ours", () => {
  const spoilt: Readonly<Record<string, (text: string) => string>> = {
    "with a line that is no field": (text) => `${text}\nx`,
    "with an empty line": (text) => `${text}\n`,
    "with a field without a name": (text) => `${text}\n 1`,
    "with too few lines": (text) => text.slice(0, text.lastIndexOf("\n")),
    "that is empty": () => ""
  }

  test.each(Object.entries(spoilt))("%s fails, and is not taken for nobody", async (_, spoil) => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const { user, session, token, code: held } = placesUnder(prefix)
    for (const { read, write } of [session, token, held]) await write(spoil(await read()))
    expect(await outcome(store.lookupSession(id, one.hash))).toBe("StoreError")
    expect(await outcome(store.lookupToken(id, made.hash))).toBe("StoreError")
    expect(await outcome(store.codes.find(codeKey(code(3, id))))).toBe("StoreError")
    expect(await outcome(store.codes.list(id))).toBe("StoreError")
    await user.write(spoil(await user.read()))
    expect(await outcome(store.users.find(id))).toBe("StoreError")
  })

  test("fails where a script would change it", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const places = placesUnder(prefix)
    for (const { write } of Object.values(places)) await write("x")
    for (const [name, change] of Object.entries(changes)) expect(await outcome(change(store)), name).toBe("StoreError")
    for (const { read } of Object.values(places)) expect(await read()).toBe("x")
  })

  test("is not a code for a purpose that this version does not know: it is listed nowhere, and goes with the others", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const { codes } = makeKeys(prefix).ofOwner(id)
    await server.command("HSET", codes, "of-another", `${now} ${now + hour} -\n{"kind":2}\n[]\nmore 1`)
    expect(await outcome(store.codes.list(id))).toEqual([code(3, id).code])
    expect(await outcome(store.codes.removeExpired(now + hour, 9))).toBe(5)
  })

  test("is a session of a kind that this version does not know", async () => {
    const { prefix, store } = await opened()
    await Effect.runPromise(prepare(store))
    const { session } = placesUnder(prefix)
    await session.write((await session.read()).replace('"browser"', '"of-another"'))
    expect(await outcome(store.lookupSession(id, one.hash))).toBe("StoreError")
  })
})
