import type { Auth } from "../src/auth/create-auth.ts"
import type { UserId } from "../src/secret/user-id.ts"
import type { Tables } from "../src/testing/memory-tables.ts"

/** Someone who registers, with passwords that stand nowhere else. */
export const ada = {
  username: "ada",
  email: "ada@example.org",
  password: "seven wet umbrellas"
} as const

export const newPassword = "eleven dry parasols"

/** A peer by its address, with nothing else known. */
export const from = (ip: string) => ({ ip, userAgent: null })

/** The stored password hash of a user. */
export const hashOf = (tables: Tables, id: UserId): string | null => tables.users.get(id)?.passwordHash ?? null

/** Puts another hash in a user's row, as an import or an accident would. */
export const setHash = (tables: Tables, id: UserId, passwordHash: string | null): void => {
  const row = tables.users.get(id)
  if (row !== undefined) tables.users.set(id, { ...row, passwordHash })
}

/** The events of one type, oldest first. */
export const eventsOf = async (auth: Auth, type: Parameters<Auth["audit"]["list"]>[0] = {}) =>
  (await auth.audit.list({ limit: 500, ...type })).map(({ event }) => event).reverse()
