import * as Effect from "effect/Effect"
import type { LegacyHasher, LegacyKind } from "./legacy-kind.ts"

/** The kinds that can be used, and what is wrong with the others: rests of sentences that begin with `legacyPasswords`. */
export interface LoadedLegacy {
  readonly hashers: ReadonlyArray<LegacyHasher>
  readonly problems: ReadonlyArray<string>
}

/** Judges and loads what the host gave as `legacyPasswords`. JavaScript may give anything. */
export const loadLegacy = Effect.fnUntraced(function* (given: unknown) {
  if (!Array.isArray(given) || !given.every(isKind)) return { hashers: [], problems: [NO_KINDS] }
  const names = given.map(({ name }) => name)
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at))
  const problems = [...twice].map((name) => `has ${name} twice: one of each reads all hashes of its function`)
  const [hashers, unusable] = yield* Effect.partition(given, ({ load }) => load)
  return { hashers, problems: [...problems, ...unusable.map(({ problem }) => problem)] } satisfies LoadedLegacy
})

const NO_KINDS = "must be a list of kinds from @latchkey/core/legacy-passwords, such as [bcrypt({ cost: 12 })]"

const isKind = (one: unknown): one is LegacyKind =>
  typeof one === "object" && one !== null && "name" in one && "load" in one && Effect.isEffect(one.load)
