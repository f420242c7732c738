import { askNewPassword, type PasswordOptions } from "../command/ask.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { byOperator } from "../command/operator.ts"
import { jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser, nameOf } from "./find-user.ts"

/** `latchkey-admin users password <user>`: another password, with which they must choose one of their own. */
export const setPassword = (user: string, options: CommonOptions & PasswordOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const { id } = await findUser(auth, user)
    const changed = await auth.users.setPassword(id, await askNewPassword(options, world), byOperator)
    if (options.json) return world.screen.out(jsonLine(changed))
    world.screen.err(
      `${plainText(nameOf(changed))} has the new password, and must choose another one at the next log-in. Sessions and tokens have ended.\n`
    )
  })
