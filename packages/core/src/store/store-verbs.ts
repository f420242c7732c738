import * as Effect from "effect/Effect"
import { didYouMean } from "../vocabulary/nearest.ts"
import { wordsFor } from "../vocabulary/options-given.ts"
import type { StoreParts } from "./store.ts"

/** A verb is a function that gives an Effect or, where it takes nothing, the Effect itself. */
type KindOf<Verb> = Verb extends Effect.Effect<unknown, unknown> ? "effect" : "function"

/** All parts of a store, and all their verbs. The compiler asks for a new one. */
export const storeVerbs: {
  readonly [Part in keyof StoreParts]: { readonly [Verb in keyof StoreParts[Part]]: KindOf<StoreParts[Part][Verb]> }
} = {
  users: {
    insert: "function",
    insertFirstAdmin: "function",
    isSetUp: "effect",
    find: "function",
    findByName: "function",
    findWithPassword: "function",
    list: "function",
    count: "function",
    change: "function",
    edit: "function",
    changeWithProof: "function",
    releaseEmail: "function",
    countRevocation: "function",
    rehash: "function",
    endCredentials: "function",
    promote: "function",
    recordLogin: "function",
    remove: "function",
    export: "function",
    restore: "function"
  },
  sessions: {
    insert: "function",
    find: "function",
    touch: "function",
    replace: "function",
    list: "function",
    isThere: "function",
    close: "function",
    closeAll: "function",
    setData: "function",
    export: "function",
    restore: "function",
    setEpoch: "function",
    removeExpired: "function"
  },
  tokens: {
    insert: "function",
    find: "function",
    recordUse: "function",
    rotate: "function",
    list: "function",
    isThere: "function",
    revoke: "function",
    revokeAll: "function",
    import: "function",
    export: "function",
    restore: "function",
    ownerOf: "function",
    removeExpired: "function"
  },
  challenges: {
    insert: "function",
    claim: "function",
    find: "function",
    decide: "function",
    poll: "function",
    redeem: "function",
    list: "function",
    removeAll: "function",
    removeExpired: "function"
  },
  codes: {
    insert: "function",
    find: "function",
    consume: "function",
    giveBack: "function",
    list: "function",
    export: "function",
    restore: "function",
    remove: "function",
    removeAll: "function",
    removeExpired: "function"
  },
  attempts: {
    hit: "function",
    takeBack: "function",
    forget: "function",
    trust: "function",
    isTrusted: "function",
    removeExpired: "function"
  },
  audit: {
    append: "function",
    lastHash: "effect",
    list: "function",
    removeExpired: "function",
    start: "effect",
    restore: "function"
  },
  settings: {
    read: "effect",
    write: "function"
  }
}

/** The calls of a store that belong to no part. */
const wholeVerbs = { lookupSession: "function", lookupToken: "function" } as const

/**
 * What a store lacks: the rest of a sentence that begins with its name; null when nothing. Asked by name, so that a part may be an object
 * of a class, a module or a proxy. Without this, the first request that needs the verb would fail.
 */
export const storeGap = (store: unknown): string | null => {
  if (typeof store !== "object" || store === null) return `must be an object of parts, not ${wordsFor(store)}`
  for (const [part, verbs] of Object.entries(storeVerbs)) {
    const given: unknown = Reflect.get(store, part)
    if (typeof given !== "object" || given === null) return `must have the part ${part}, not ${wordsFor(given)}`
    const gap = gapOf(`${part}.`, given, verbs)
    if (gap !== null) return gap
  }
  return gapOf("", store, wholeVerbs)
}

const gapOf = (owner: string, given: object, verbs: Readonly<Record<string, "effect" | "function">>): string | null => {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(verbs, name)) // one of them may be mistyped
  for (const [verb, kind] of Object.entries(verbs)) {
    const found: unknown = Reflect.get(given, verb)
    if (found === undefined) return `must have ${owner}${verb}${didYouMean(verb, unknown)}`
    if (!(kind === "effect" ? Effect.isEffect(found) : typeof found === "function"))
      return `must have ${owner}${verb} as ${kind === "effect" ? "an Effect" : "a function"}, not ${wordsFor(found)}`
  }
  return null
}
