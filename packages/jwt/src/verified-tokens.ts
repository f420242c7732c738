import { hash } from "node:crypto"
import type { Judged } from "./claims.ts"

/**
 * Which tokens have had their signature verified. Verifying takes the runtime's thread pool, where password hashes run too, and a
 * session check must not wait behind those (PWD-11). That a token is known here says nothing of its session.
 */
export interface VerifiedTokens {
  readonly get: (name: string) => Judged | undefined
  readonly add: (name: string, judged: Judged) => void
}

/** About 5 MB at most. */
const MOST_REMEMBERED = 10_000

/** The name of a token: the memory of a process holds no more of it. */
export const nameOfToken = (text: string): string => hash("sha256", text, "base64url")

/** Two halves: what is asked for moves into the younger, and the elder is dropped whole, so nothing that is in use is forgotten. */
export const verifiedTokens = (most = MOST_REMEMBERED): VerifiedTokens => {
  let young = new Map<string, Judged>()
  let old = new Map<string, Judged>()

  const add = (name: string, judged: Judged): void => {
    if (young.size >= most / 2) {
      old = young
      young = new Map()
    }
    young.set(name, judged)
  }

  const get = (name: string): Judged | undefined => {
    const known = young.get(name)
    if (known !== undefined) return known
    const aged = old.get(name)
    if (aged !== undefined) add(name, aged)
    return aged
  }

  return { get, add }
}
