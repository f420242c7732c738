import { AccountNameTaken, EditConflict, LastSuperuser, StoreProblem, type UserId } from "@latchkey/core/store"
import type { Connection } from "./connection.ts"
import type { Keys } from "./keys.ts"
import { applyScript, changeScript, isSetUpScript, reserveScript, settleScript } from "./user-steps.ts"
import { readList, readText } from "./values.ts"

const verbs = {
  insert: true,
  first: true,
  change: true,
  changeAndEndCodes: true,
  edit: true,
  editAndEndCodes: true,
  prove: true,
  recover: true,
  release: true,
  promote: true,
  remove: true,
  removeProved: true
}

/** A change of a user that involves the directory. While it is under way, the directory keeps it as JSON. */
export interface Change {
  readonly verb: keyof typeof verbs
  readonly id: UserId
  /** The canonical logins that the change gives the user; null if it leaves them. */
  readonly username: string | null
  readonly email: string | null
  /** Whether the change would make an active superuser stop being one. */
  readonly losesSuperuser: boolean
  /**
   * The arguments of the second step: for an insert the user's text; for a change or a promotion its time, and then alternating
   * names and values to set, for a change with a proof after the `proofArguments`, for an edit after the number of the `seenFields` and
   * these; for a removal with a proof, that; for a release, its time and the address. In a cluster another version may take that step: it
   * sets names that it does not know as well, and leaves a verb that it does not know. So `prove` has the arguments that every version
   * compares, and a proof or an end beyond them is `recover`. For the same reason a change that ends codes has a verb of its own.
   */
  readonly details: ReadonlyArray<string>
}

/** Why an insert was refused: a user with the id is there. */
export const ID_IN_USE = Symbol("the id is in use")

/** The user's text after the change (or at its removal); null if there was nothing to change; or why the change was refused. */
export type Outcome = string | null | AccountNameTaken | LastSuperuser | EditConflict | typeof ID_IN_USE

/** A change under way, as the directory keeps it: its number and the change in one text. */
type Intent = string

/** How many other changes one change helps to complete. No real load needs more, so reaching it is a `StoreError`. */
const MOST_TRIES = 100

export interface UserChanges {
  readonly perform: (change: Change) => Promise<Outcome>
  readonly isSetUp: () => Promise<boolean>
  /** Completes every change whose writer is gone or slow. Leaves those of a newer version to that version. */
  readonly completeIntents: () => Promise<void>
}

/** Makes changes in the three steps of `user-steps.ts`: in one script, or one by one in a cluster. */
export const userChanges = (db: Connection, keys: Keys, incarnation: string): UserChanges => {
  const { usernames, emails, usernameOf, emailOf, users, superusers, setup, intents, sequence } = keys.directory
  const { names, allSuperusers, inactive } = keys.directory
  const directory = [usernames, emails, usernameOf, emailOf, users, superusers, setup, intents, sequence]
  const allDirectory = [...directory, keys.directory.incarnation, names, allSuperusers, inactive]
  const ownerKeys = (id: UserId): ReadonlyArray<string> => {
    const { user, gone, sessions, sessionEnds, tokens, tokenEnds, codes, codeEnds } = keys.ofOwner(id)
    return [user, gone, sessions, sessionEnds, tokens, tokenEnds, codes, codeEnds]
  }

  /** The first step; with one server, all three. */
  const begin = (change: Change): Promise<unknown> => {
    const { verb, id, username, email, losesSuperuser, details } = change
    const args = [
      verb,
      id,
      claim(username),
      claim(email),
      losesSuperuser ? "1" : "0",
      JSON.stringify(change),
      incarnation
    ]
    return db.isCluster
      ? db.run("lasting", reserveScript, allDirectory, args)
      : db.run("lasting", changeScript, [...allDirectory, ...ownerKeys(id)], [...args, ...details])
  }

  /** The second and third step. Any process that knows the verb can take them, repeatedly. Undefined: another did, and only it knows the outcome. */
  const complete = async (intent: Intent): Promise<Outcome | undefined> => {
    const space = intent.indexOf(" ")
    const { verb, id, username, email, details } = changeOf(intent)
    if (!Object.hasOwn(verbs, verb))
      throw new StoreProblem({ message: "a change is under way that only a newer version can complete" })
    const applied = await db.run("lasting", applyScript, ownerKeys(id), [verb, id, intent.slice(0, space), ...details])
    const [text, state] = readList(applied)
    await db.run("lasting", settleScript, allDirectory, [id, intent, claim(username), claim(email), readText(state)])
    if (state === "unknown") return undefined
    if (isEditRefused(state)) return new EditConflict()
    return text === null ? null : readText(text)
  }

  /** The second and third step of a change of our own. */
  const completeOwn = async (intent: Intent): Promise<Outcome> => {
    const outcome = await complete(intent)
    if (outcome === undefined)
      throw new StoreProblem({ message: "another process completed the change: its outcome is unknown" })
    return outcome
  }

  const perform = async (change: Change): Promise<Outcome> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const [answer, what, refusal] = readList(await begin(change))
      switch (answer) {
        case "done":
          if (isEditRefused(refusal)) return new EditConflict()
          return what === null ? null : readText(what)
        case "go":
          return completeOwn(readText(what))
        case "help":
          await complete(readText(what))
          break
        case "no":
          return null
        case "taken":
          return new AccountNameTaken({ kind: what === "username" ? "username" : "email" })
        case "last":
          return new LastSuperuser()
        case "in-use":
          return ID_IN_USE
        default:
          throw new StoreProblem({ message: LOST })
      }
    }
    throw new StoreProblem({ message: "too many changes at once" })
  }

  return {
    perform,
    isSetUp: async () => {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const [answer, what] = readList(
          await db.run("losable", isSetUpScript, [setup, intents, keys.directory.incarnation], [incarnation])
        )
        if (answer === "yes") return true
        if (answer === "no") return false
        if (answer !== "help") throw new StoreProblem({ message: LOST })
        await complete(readText(what))
      }
      throw new StoreProblem({ message: "too many changes at once" })
    },
    completeIntents: async () => {
      const underWay = readList(await db.read("HVALS", intents)).map(readText)
      for (const intent of underWay) if (Object.hasOwn(verbs, changeOf(intent).verb)) await complete(intent)
    }
  }
}

/** Written by `begin`, in this or another process, or in a newer version, which may know other verbs. */
const changeOf = (intent: Intent): Change => JSON.parse(intent.slice(intent.indexOf(" "))) as Change

/** An edit whose user is not as seen. */
const isEditRefused = (state: unknown): boolean => typeof state === "string" && state.startsWith("refused-")

/** Setup must not open again because a server came back empty. Then the data is lost, but there were administrators (RDS-07). */
const LOST = "the server lost its data since this process started: restore it, or restart to set up anew"

/** A login as an argument of scripts: with a mark, so that an empty login differs from none. */
const claim = (login: string | null): string => (login === null ? "" : `=${login}`)
