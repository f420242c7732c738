import { type Auth, parseUserId, type User, UserNotFound } from "@latchkey/core"

/** The user that an argument names: by id, username or address. Fails with `UserNotFound`. */
export const findUser = async ({ users }: Pick<Auth, "users">, text: string): Promise<User> => {
  const id = parseUserId(text)
  const found = (id === null ? null : await users.find(id)) ?? (await users.findByName(text))
  if (found === null) throw new UserNotFound()
  return found
}

/** What people call a user: the names that they have. */
export const nameOf = ({ id, username, email }: Pick<User, "id" | "username" | "email">): string =>
  username ?? email ?? id
