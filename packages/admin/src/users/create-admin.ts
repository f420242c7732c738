import type { AccountNameTaken, PasswordLink, User, UserToCreate } from "@latchkey/core"
import { askNewPassword, type PasswordOptions } from "../command/ask.ts"
import { CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { type Opened, withAuth } from "../command/open.ts"
import { byOperator } from "../command/operator.ts"
import { jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { nameOf } from "./find-user.ts"
import { type LinkOptions, withLinks } from "./password-link.ts"

export interface CreateAdminOptions extends LinkOptions, PasswordOptions {
  readonly username?: string
  readonly email?: string
  readonly invite?: boolean
}

/** `latchkey-admin create-admin`: a superuser, with a password that is typed, or that they choose by a link. Completes setup. */
export const createAdmin = async (options: CreateAdminOptions, world: World): Promise<void> => {
  const { username = null, email = null } = options
  if (username === null && email === null) throw usage("Name the administrator: --username, --email, or both.")
  const wanted: UserToCreate = { username, email, isSuperuser: true, isVerified: email !== null }
  if (options.invite) return invite(wanted, options, world)
  if (options.mail) throw usage("Only an invitation is mailed: add --invite.")
  await withAuth(options, world, async (opened) => {
    await mustBeFree(opened, wanted)
    const password = await askNewPassword(options, world)
    const user = await create(opened, { ...wanted, password })
    if (options.json) await world.screen.out(jsonLine(user))
    else world.screen.err(`${plainText(nameOf(user))} is an administrator of ${opened.name} and can log in.\n`)
  })
}

const invite = async (wanted: UserToCreate, options: CreateAdminOptions, world: World): Promise<void> => {
  if (options.passwordStdin) throw usage("Whoever is invited chooses the password: leave out --password-stdin.")
  if (wanted.email === null) throw usage("An invitation is for a mailbox: add --email.")
  // The address is proved by the link, not before.
  await withLinks(options, world, async (opened): Promise<PasswordLink> => {
    const user = await create(opened, { ...wanted, isVerified: false })
    return { ...(await opened.auth.recovery.invite(user.id, byOperator)), kind: "invite" }
  })
}

const create = async ({ auth }: Opened, wanted: UserToCreate): Promise<User> => {
  try {
    return await auth.users.create(wanted, byOperator)
  } catch (error) {
    if (isTaken(error)) throw taken(error.kind === "username" ? wanted.username : wanted.email)
    throw error
  }
}

/** Before anybody types a password in vain. */
const mustBeFree = async ({ auth }: Opened, { username, email }: UserToCreate): Promise<void> => {
  for (const name of [username, email])
    if (name != null && (await auth.users.findByName(name)) !== null) throw taken(name)
}

const isTaken = (error: unknown): error is AccountNameTaken =>
  error instanceof Error && "_tag" in error && error._tag === "AccountNameTaken"

const taken = (name: string | null | undefined) =>
  new CommandFailed({
    name: "AccountNameTaken",
    message:
      `There is a user ${plainText(name ?? "")} already. To make them an administrator: latchkey-admin users promote ${plainText(name ?? "")}\n` +
      "If you do not know who has their password, set another one first: latchkey-admin users password",
    exitCode: exitCodes.refused
  })
