import { type Instant, type Limit, type MarkStep, marksAfter } from "@latchkey/core/store"
import { expectEqual, type Law, lawsOf } from "./law.ts"
import { awkwardTexts, hour, minute, start } from "./samples.ts"

const { law } = lawsOf("attempts")

const limit: Limit = { free: 1, delay: minute, longest: hour, forget: hour }
const until = start + hour
const mark = (key: string, account = "ada") => ({ account, key })
const step: MarkStep = { at: start, most: 10, replaced: null, keep: "losable" }

/** What marks of trust and the purge of attempts promise. */
export const attemptMarkLaws: ReadonlyArray<Law> = [
  law("TIM-01 a key is trusted until just before the instant given", function* ({ attempts }) {
    yield* attempts.trust({ ...mark("a"), until }, step)
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start), true, "at once")
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), until - 1), true, "1 ms before the end")
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), until), false, "at the end")
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), until + 1), false, "1 ms after the end")
  }),

  law("a key that was never marked is not trusted, nor one of another account", function* ({ attempts }) {
    yield* attempts.trust({ ...mark("a"), until }, step)
    yield* expectEqual(yield* attempts.isTrusted(mark("b"), start), false, "another key")
    yield* expectEqual(yield* attempts.isTrusted(mark("a", "bob"), start), false, "another account")
  }),

  law("a key may be trusted again for longer", function* ({ attempts }) {
    yield* attempts.trust({ ...mark("a"), until: start + minute }, step)
    yield* attempts.trust({ ...mark("a"), until }, step)
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), until - 1), true, "1 ms before the later end")
  }),

  law(
    "RAT-15 of too many marks those go that end soonest, never the one just set, and none of another account",
    function* ({ attempts }) {
      const few = { ...step, most: 2 }
      yield* attempts.trust({ ...mark("theirs", "bob"), until: start + minute }, few)
      yield* attempts.trust({ ...mark("soonest"), until: start + 2 * minute }, few)
      yield* attempts.trust({ ...mark("latest"), until: start + 9 * minute }, few)
      yield* attempts.trust({ ...mark("new"), until: start + minute }, few)
      yield* expectEqual(yield* attempts.isTrusted(mark("soonest"), start), false, "what ends soonest of the others")
      yield* expectEqual(yield* attempts.isTrusted(mark("latest"), start), true, "what ends latest")
      yield* expectEqual(yield* attempts.isTrusted(mark("new"), start), true, "the one just set")
      yield* expectEqual(yield* attempts.isTrusted(mark("theirs", "bob"), start), true, "the other account's")
    }
  ),

  law("RAT-15 a mark that is replaced ends when it is told to, and never later than before", function* ({ attempts }) {
    yield* attempts.trust({ ...mark("a"), until }, step)
    yield* attempts.trust({ ...mark("b"), until }, { ...step, replaced: { key: "a", until: start + minute } })
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start + minute - 1), true, "1 ms before")
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start + minute), false, "at that instant")
    yield* attempts.trust({ ...mark("c"), until }, { ...step, replaced: { key: "a", until } })
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start + minute), false, "replaced again for longer")
    yield* attempts.trust({ ...mark("d"), until }, { ...step, replaced: { key: "unknown", until } })
    yield* expectEqual(yield* attempts.isTrusted(mark("unknown"), start), false, "one that was never there")
    yield* expectEqual(yield* attempts.isTrusted(mark("d"), until - 1), true, "the one just set")
  }),

  law("RAT-15 every account's marks are those of marksAfter, whatever the steps and times", function* ({ attempts }) {
    const keys = ["a", "b", "c", "d", "e"]
    const accounts = ["ada", "bob"]
    const known = new Map<string, ReadonlyMap<string, Instant>>()
    let at = start
    let seed = 11
    const below = (n: number): number => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed % n
    }
    for (let turn = 0; turn < 60; turn++) {
      const account = accounts[below(2)] ?? ""
      const key = keys[below(5)] ?? ""
      const end = at + (1 + below(9)) * minute
      const replaced = below(2) === 0 ? null : { key: keys[below(5)] ?? "", until: at + below(3) * minute }
      const taken: MarkStep = { at, most: 1 + below(4), replaced, keep: below(2) === 0 ? "losable" : "lasting" }
      known.set(account, marksAfter(known.get(account) ?? new Map(), { key, until: end }, taken))
      yield* attempts.trust({ account, key, until: end }, taken)
      for (const each of keys) {
        const expected = at < (known.get(account)?.get(each) ?? 0)
        yield* expectEqual(
          yield* attempts.isTrusted(mark(each, account), at),
          expected,
          `${account}'s ${each}, turn ${turn}`
        )
      }
      at += below(3) * minute
    }
  }),

  law("JWT-12 a lasting mark is taken back by one that has ended, and may be set again", function* ({ attempts }) {
    const lasting: MarkStep = { ...step, keep: "lasting" }
    yield* attempts.trust({ ...mark("a"), until }, lasting)
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start), true, "once it is set")
    yield* attempts.trust({ ...mark("a"), until: start }, lasting)
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start), false, "once it is taken back")
    yield* attempts.trust({ ...mark("a"), until }, lasting)
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), until - 1), true, "once it is set again")
  }),

  law("a mark is no bucket: neither is counted, shut or forgotten by the other's verbs", function* ({ attempts }) {
    yield* attempts.trust({ ...mark("a", "a"), until }, step)
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit }], start), null, "an attempt at a trusted key")
    yield* expectEqual(yield* attempts.isTrusted(mark("a", "a"), start), true, "the mark, after an attempt")
    yield* attempts.forget({ key: "a", limit }, start)
    yield* expectEqual(yield* attempts.isTrusted(mark("a", "a"), start), true, "the mark, after forgetting the bucket")
    yield* attempts.hit([{ key: "b", limit }], start)
    yield* expectEqual(yield* attempts.isTrusted(mark("b", "b"), start), false, "a bucket's key")
  }),

  law("STO-05 any text is a mark's key, and no two are one", function* ({ attempts }) {
    const most = awkwardTexts.length
    for (const [n, key] of awkwardTexts.entries()) {
      yield* expectEqual(yield* attempts.isTrusted(mark(key), start), false, `${key}, before`)
      yield* attempts.trust({ ...mark(key), until: until + n }, { ...step, most })
    }
    for (const [n, key] of awkwardTexts.entries()) {
      yield* expectEqual(yield* attempts.isTrusted(mark(key), until + n - 1), true, `${key}, 1 ms before its end`)
      yield* expectEqual(yield* attempts.isTrusted(mark(key), until + n), false, `${key}, at its end`)
    }
  }),

  law("STO-05 any text is an account of marks, and a mark that is replaced", function* ({ attempts }) {
    for (const text of awkwardTexts) {
      yield* expectEqual(yield* attempts.isTrusted(mark("next", text), start), false, `${text}, before`)
      yield* attempts.trust({ account: text, key: text, until }, step)
      const replaced = { key: text, until: start + minute }
      yield* attempts.trust({ ...mark("next", text), until }, { ...step, replaced })
      yield* expectEqual(yield* attempts.isTrusted(mark("next", text), start), true, `${text}, after`)
      yield* expectEqual(yield* attempts.isTrusted(mark(text, text), start + minute), false, `${text}, replaced`)
    }
  }),

  law("removeExpired removes a bucket at the end of its time, not 1 ms before", function* ({ attempts }) {
    const opens = start + minute
    const forgetAt = opens + hour
    yield* attempts.hit([{ key: "a", limit }], start)
    yield* expectEqual(yield* attempts.removeExpired(forgetAt - 1, 10), 0, "1 ms before")
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit }], start), opens, "the bucket that stays")
    yield* expectEqual(yield* attempts.removeExpired(forgetAt, 10), 1, "at the end")
    yield* expectEqual(yield* attempts.hit([{ key: "a", limit }], start), null, "the bucket that went")
  }),

  law("removeExpired removes a mark at its end, not 1 ms before", function* ({ attempts }) {
    yield* attempts.trust({ ...mark("a"), until }, step)
    yield* attempts.trust({ ...mark("b"), until: until + 1 }, step)
    yield* expectEqual(yield* attempts.removeExpired(until - 1, 10), 0, "1 ms before")
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start), true, "the mark that stays")
    yield* expectEqual(yield* attempts.removeExpired(until, 10), 1, "at the end")
    yield* expectEqual(yield* attempts.isTrusted(mark("a"), start), false, "the mark that went")
    yield* expectEqual(yield* attempts.isTrusted(mark("b"), start), true, "the account's other mark")
  }),

  law("removeExpired removes at most `limit` buckets and marks together, and none in time", function* ({ attempts }) {
    const end = start + minute + hour
    for (const key of ["a", "b", "c"]) {
      yield* attempts.hit([{ key, limit }], start)
      yield* attempts.trust({ ...mark(key), until: end }, step)
    }
    yield* attempts.hit([{ key: "later", limit }], start + 1)
    yield* attempts.trust({ ...mark("later"), until: end + 1 }, step)
    yield* expectEqual(yield* attempts.removeExpired(end, 0), 0, "none")
    yield* expectEqual(yield* attempts.removeExpired(end, 4), 4, "a first batch")
    yield* expectEqual(yield* attempts.removeExpired(end, 4), 2, "the rest")
    yield* expectEqual(yield* attempts.removeExpired(end, 4), 0, "when none is left")
    yield* expectEqual(yield* attempts.isTrusted(mark("later"), end), true, "the mark in time")
    yield* expectEqual(
      yield* attempts.hit([{ key: "later", limit }], start + 1),
      start + minute + 1,
      "the bucket in time"
    )
  })
]
