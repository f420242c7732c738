import * as Effect from "effect/Effect"
import { consumedCode, givenBackCode, stayingCode } from "../code/changed-code.ts"
import type { CodePurpose } from "../code/code.ts"
import type { CodeKey, CodeStore, NewCode } from "../code/code-store.ts"
import type { UserId } from "../secret/user-id.ts"
import type { Tables } from "./memory-tables.ts"

/** The codes of a memory store. */
export const memoryCodes = ({ codes }: Tables): CodeStore => {
  const of = (owner: UserId, purpose: CodePurpose): NewCode | null => codes.get(owner)?.get(purpose) ?? null

  const byKey = ({ owner, purpose, hash }: CodeKey): NewCode | null => {
    const held = of(owner, purpose)
    return held?.hash === hash ? held : null
  }

  const write = (held: NewCode): void => {
    const { userId, purpose } = held.code
    const own = codes.get(userId) ?? new Map<CodePurpose, NewCode>()
    codes.set(userId, own.set(purpose, structuredClone(held)))
  }

  const erase = (owner: UserId, purpose: CodePurpose): boolean => {
    const own = codes.get(owner)
    const isErased = own?.delete(purpose) ?? false
    if (own?.size === 0) codes.delete(owner)
    return isErased
  }

  return {
    insert: (held, insertion) =>
      Effect.sync(() => {
        const before = of(held.code.userId, held.code.purpose)
        const staying = stayingCode(before?.code ?? null, insertion, held.code)
        write(before === null || staying === null ? held : { ...before, code: staying })
        return staying === null
      }),
    find: (key) => Effect.sync(() => structuredClone(byKey(key)?.code ?? null)),
    consume: (key, at) =>
      Effect.sync(() => {
        const held = byKey(key)
        const consumed = held === null ? null : consumedCode(held.code, at)
        if (held === null || consumed === null) return null
        write({ ...held, code: consumed.code })
        return structuredClone(consumed)
      }),
    giveBack: (key) =>
      Effect.sync(() => {
        const held = byKey(key)
        const code = held === null ? null : givenBackCode(held.code)
        if (held !== null && code !== null) write({ ...held, code })
        return code !== null
      }),
    list: (owner) =>
      Effect.sync(() => structuredClone([...(codes.get(owner)?.values() ?? [])].map(({ code }) => code))),
    export: (owner) => Effect.sync(() => structuredClone([...(codes.get(owner)?.values() ?? [])])),
    restore: (rows) =>
      Effect.sync(() =>
        rows.map((held) => {
          const isFree = of(held.code.userId, held.code.purpose) === null
          if (isFree) write(held)
          return isFree
        })
      ),
    remove: ({ owner, purpose, hash }) =>
      Effect.sync(() => (hash === null || byKey({ owner, purpose, hash }) !== null) && erase(owner, purpose)),
    removeAll: (owner) =>
      Effect.sync(() => {
        const count = codes.get(owner)?.size ?? 0
        codes.delete(owner)
        return count
      }),
    removeExpired: (before, limit) =>
      Effect.sync(() => {
        const ended = [...codes.values()]
          .flatMap((own) => [...own.values()])
          .filter(({ code }) => code.expiresAt <= before)
        const first = ended.slice(0, limit)
        for (const { code } of first) erase(code.userId, code.purpose)
        return first.length
      })
  }
}
