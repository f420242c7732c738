import { checkLaw, storeConformance, storeLaws } from "@latchkey/conformance/store"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, test } from "vitest"
import { mixOf } from "../../test/mix-of.ts"
import { memoryStore } from "../testing/memory-store.ts"
import type { UserStore } from "../user/user-store.ts"
import { mixStores } from "./mix-stores.ts"
import { Store, type StoreLayer, type StoreShape } from "./store.ts"
import { partNames } from "./used-parts.ts"

describe.each(partNames)("STO-01 the laws hold with %s apart", (part) => {
  storeConformance(test, () => mixOf([part]))
})

const brokenLaws = async (makeStore: () => StoreLayer): Promise<ReadonlyArray<string>> => {
  const broken = Effect.filter(storeLaws, (law) =>
    Effect.match(checkLaw(law, makeStore), { onSuccess: () => false, onFailure: () => true })
  )
  return (await Effect.runPromise(broken)).map(({ states }) => states)
}

type Change = (users: StoreShape, other: StoreShape, mix: StoreShape) => Partial<StoreShape>
type Apart = "sessions" | "tokens" | "challenges" | "codes"

/** A mix with one thing broken: users live in one store, and what is apart in the other. */
const brokenMix = (apart: Apart, change: Change): StoreLayer =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const users = yield* Layer.build(memoryStore())
      const other = yield* Layer.build(memoryStore())
      const mix = mixStores(Layer.succeedContext(users), { [apart]: Layer.succeedContext(other) })
      const sound = Context.get(yield* Layer.build(mix), Store)
      return { ...sound, ...change(Context.get(users, Store), Context.get(other, Store), sound) }
    })
  )

interface Mistake {
  readonly apart: Apart
  readonly change: Change
  readonly breaks: ReadonlyArray<string>
}

const mistakes: Readonly<Record<string, Mistake>> = {
  "a removal that leaves the sessions in the other store": {
    apart: "sessions",
    change: ({ users }, _, mix) => ({ users: { ...mix.users, remove: users.remove } }),
    breaks: [
      "remove with a proof that fits removes the user and all that is theirs",
      "BAK-01 a user who was removed is restored, without what was theirs",
      "SES-05 a parallel touch never brings a removed user's session back",
      "ADM-06 removing a user removes their sessions, and nobody else's"
    ]
  },
  "a removal that leaves the tokens in the other store": {
    apart: "tokens",
    change: ({ users }) => ({ users }),
    breaks: [
      "remove with a proof that fits removes the user and all that is theirs",
      "BAK-01 a user who was removed is restored, without what was theirs",
      "PAT-06 a parallel recordUse never brings a removed user's token back",
      "ADM-06 removing a user removes their tokens, and nobody else's"
    ]
  },
  "a removal that leaves the challenges in the other store": {
    apart: "challenges",
    change: ({ users }) => ({ users }),
    breaks: [
      "remove with a proof that fits removes the user and all that is theirs",
      "DEV-13 a challenge that was removed makes room for one",
      "DEV-18 a code that came again is not lost when the old challenge is removed",
      "DEV-18 a code is free again once its challenge was removed",
      "ADM-06 removing a user removes the challenges that they claimed, and nobody else's",
      "ADM-06 no parallel call brings a removed user's challenge back"
    ]
  },
  "a removal that leaves the codes in the other store": {
    apart: "codes",
    change: ({ users }, _, mix) => ({ users: { ...mix.users, remove: users.remove } }),
    breaks: [
      "remove with a proof that fits removes the user and all that is theirs",
      "BAK-01 a user who was removed is restored, without what was theirs",
      "ADM-06 removing a user removes their codes, and nobody else's",
      "ADM-06 no parallel use brings a removed user's code back"
    ]
  },
  "a removal that ends the sessions first": {
    apart: "sessions",
    change: ({ users }, { sessions }, mix) => {
      const remove: UserStore["remove"] = (id, proof) =>
        Effect.andThen(sessions.closeAll(id, null), users.remove(id, proof))
      return { users: { ...mix.users, remove } }
    },
    breaks: [
      "SES-20 remove with a proof that does not fit is false and removes nothing",
      "a removal that fails with LastSuperuser leaves the sessions"
    ]
  },
  "a removal that ends the tokens first": {
    apart: "tokens",
    change: ({ users }, { tokens }) => {
      const remove: UserStore["remove"] = (id, proof) => Effect.andThen(tokens.revokeAll(id), users.remove(id, proof))
      return { users: { ...users, remove } }
    },
    breaks: [
      "SES-20 remove with a proof that does not fit is false and removes nothing",
      "a removal that fails with LastSuperuser leaves the tokens"
    ]
  },
  "a removal that removes the challenges first": {
    apart: "challenges",
    change: ({ users }, { challenges }) => {
      const remove: UserStore["remove"] = (id, proof) =>
        Effect.andThen(challenges.removeAll(id), users.remove(id, proof))
      return { users: { ...users, remove } }
    },
    breaks: [
      "SES-20 remove with a proof that does not fit is false and removes nothing",
      "a removal that fails with LastSuperuser leaves the challenges"
    ]
  },
  "a removal that ends the sessions of a user who stays": {
    apart: "sessions",
    change: ({ users }, { sessions }, mix) => {
      const remove: UserStore["remove"] = (id, proof) =>
        Effect.tap(users.remove(id, proof), () => sessions.closeAll(id, null))
      return { users: { ...mix.users, remove } }
    },
    breaks: ["SES-20 remove with a proof that does not fit is false and removes nothing"]
  },
  "a removal that removes the codes first": {
    apart: "codes",
    change: ({ users }, { codes }, mix) => {
      const remove: UserStore["remove"] = (id, proof) => Effect.andThen(codes.removeAll(id), users.remove(id, proof))
      return { users: { ...mix.users, remove } }
    },
    breaks: [
      "SES-20 remove with a proof that does not fit is false and removes nothing",
      "a removal that fails with LastSuperuser leaves the codes"
    ]
  },
  "a new password that leaves the session that goes on in the old epoch": {
    apart: "sessions",
    change: ({ users }, _, mix) => ({ users: { ...mix.users, changeWithProof: users.changeWithProof } }),
    breaks: [
      "SES-21 a new password moves the kept session to its epoch, and no other",
      "a moved session goes on as before: it is used, replaced, changed and ended",
      "SES-21 a look-up never sees the kept session in an epoch after its user's"
    ]
  },
  "a look-up that does not ask whose the session is": {
    apart: "sessions",
    change: ({ users }, { sessions }) => ({
      lookupSession: Effect.fnUntraced(function* (owner, hash) {
        const { items } = yield* users.list({ query: null, filter: {}, after: null, limit: 100 })
        const found = yield* Effect.forEach(items, ({ id }) => sessions.find(id, hash))
        const user = yield* users.find(owner)
        const session = found.find((one) => one !== null)
        return user === null || session === undefined ? null : { user, session }
      })
    }),
    breaks: ["SES-11 lookup of a user and a session that do not belong together is null"]
  },
  "a look-up that does not ask whose the token is": {
    apart: "tokens",
    change: ({ users }, { tokens }) => ({
      lookupToken: Effect.fnUntraced(function* (owner, hash) {
        const { items } = yield* users.list({ query: null, filter: {}, after: null, limit: 100 })
        const found = yield* Effect.forEach(items, ({ id }) => tokens.find(id, hash))
        const user = yield* users.find(owner)
        const token = found.find((one) => one !== null)
        return user === null || token === undefined ? null : { user, token }
      })
    }),
    breaks: ["PAT-07 lookupToken of a user and a token that do not belong together is null"]
  }
}

describe("the laws find", () => {
  test.each(Object.entries(mistakes))("%s", async (_, { apart, change, breaks }) => {
    expect(await brokenLaws(() => brokenMix(apart, change))).toEqual(breaks)
  })

  test("a look-up that asks one of the stores alone", async () => {
    const everyFind = "lookup gives the user and the session of a credential, just as they are"
    expect(await brokenLaws(() => brokenMix("sessions", ({ lookupSession }) => ({ lookupSession })))).toContain(
      everyFind
    )
    expect(await brokenLaws(() => brokenMix("sessions", (_, { lookupSession }) => ({ lookupSession })))).toContain(
      everyFind
    )
  })

  test("a look-up of tokens that asks one of the stores alone", async () => {
    const everyFind = "lookupToken gives the user and the token of a secret, just as they are"
    const asksUsers = brokenMix("tokens", ({ lookupToken }) => ({ lookupToken }))
    const asksTokens = brokenMix("tokens", (_, { lookupToken }) => ({ lookupToken }))
    expect(await brokenLaws(() => asksUsers)).toContain(everyFind)
    expect(await brokenLaws(() => asksTokens)).toContain(everyFind)
  })
})
