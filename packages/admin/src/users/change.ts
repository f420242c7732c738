import type { LastSuperuser, User, UserToChange } from "@latchkey/core"
import { isYes, mustBeWanted } from "../command/ask.ts"
import { CommandFailed, exitCodes } from "../command/exit-codes.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { byOperator } from "../command/operator.ts"
import { jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser, nameOf } from "./find-user.ts"

export interface ChangeOptions extends CommonOptions {
  readonly yes?: boolean
}

interface Change {
  readonly fields: UserToChange
  /** Whether it is there already. */
  readonly isDone: (user: User) => boolean
  /** What is asked; null if it can be undone. */
  readonly question: string | null
  readonly done: string
}

const changes = {
  activate: {
    fields: { isActive: true },
    isDone: ({ isActive }) => isActive,
    question: null,
    done: "is active. They log in anew: sessions and tokens from before stay ended"
  },
  deactivate: {
    fields: { isActive: false },
    isDone: ({ isActive }) => !isActive,
    question: null,
    done: "is not active: they cannot log in, and their sessions and tokens have ended"
  },
  promote: {
    fields: { isActive: true, isSuperuser: true },
    isDone: ({ isActive, isSuperuser }) => isActive && isSuperuser,
    question: "becomes an administrator, and so does everybody who has their password. Go on? [y/N] ",
    done: "is an administrator. Their sessions and tokens have ended"
  },
  demote: {
    fields: { isSuperuser: false },
    isDone: ({ isSuperuser }) => !isSuperuser,
    question: null,
    done: "is no administrator any more. Their sessions and tokens have ended"
  }
} as const satisfies Readonly<Record<string, Change>>

/** `latchkey-admin users activate|deactivate|promote|demote <user>`. */
export const changeUser = (
  how: keyof typeof changes,
  name: string,
  options: ChangeOptions,
  world: World
): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const { fields, isDone, question, done }: Change = changes[how]
    const user = await findUser(auth, name)
    const called = plainText(nameOf(user))
    if (isDone(user)) {
      if (options.json) return world.screen.out(jsonLine(user))
      return world.screen.err(`Nothing to do: that is what ${called} is.\n`)
    }
    if (question !== null) await mustBeWanted(`${called} ${question}`, isYes, options, world)
    const changed = await orSayHow(auth.users.change(user.id, fields, byOperator))
    if (options.json) await world.screen.out(jsonLine(changed))
    else world.screen.err(`${called} ${done}.\n`)
  })

/** `latchkey-admin users delete <user>`: with everything that is theirs. */
export const deleteUser = (name: string, options: ChangeOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const user = await findUser(auth, name)
    const called = plainText(nameOf(user))
    const question = `${called} is removed for good, with sessions, tokens and all else of theirs. Type the name to go on: `
    await mustBeWanted(question, (answer) => answer === nameOf(user), options, world)
    const isRemoved = await orSayHow(auth.users.remove(user.id, byOperator))
    if (options.json) return world.screen.out(jsonLine({ user: user.id, removed: isRemoved }))
    world.screen.err(isRemoved ? `${called} is removed.\n` : `${called} was gone already.\n`)
  })

const isLastSuperuser = (error: unknown): error is LastSuperuser =>
  error instanceof Error && "_tag" in error && error._tag === "LastSuperuser"

const orSayHow = <Result>(changing: Promise<Result>): Promise<Result> =>
  changing.catch((error) => {
    if (!isLastSuperuser(error)) throw error
    throw new CommandFailed({
      name: "LastSuperuser",
      message:
        "This is the last active administrator. Make another one first: latchkey-admin create-admin, or users promote",
      exitCode: exitCodes.refused
    })
  })
