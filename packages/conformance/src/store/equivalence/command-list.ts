import { AttemptRoom } from "@latchkey/core/store"
import { emptyTables, memoryStoreOver } from "@latchkey/core/testing"
import * as Effect from "effect/Effect"
import { attemptCommands, attemptLooks } from "./attempt-commands.ts"
import { auditCommands, auditLooks } from "./audit-commands.ts"
import { auditBackups, backupLooks, codeBackups, sessionBackups, tokenBackups, userBackups } from "./backup-commands.ts"
import { challengeCommands, challengeInsert, challengeLooks } from "./challenge-commands.ts"
import { codeCommands, codeInsert, codeLooks } from "./code-commands.ts"
import type { Call, Command } from "./command.ts"
import { diceOf } from "./dice.ts"
import { type Scene, sceneOf } from "./scene.ts"
import { sessionCommands, sessionInsert, sessionLooks } from "./session-commands.ts"
import { settingsCommands, settingsLooks } from "./settings-commands.ts"
import { tokenCommands, tokenInsert, tokenLooks } from "./token-commands.ts"
import {
  codeOwnerRemove,
  deciderRemove,
  provedRemove,
  userCommands,
  userInsert,
  userLooks,
  userRemove
} from "./user-commands.ts"

type Maker = (scene: Scene) => Call

/** What a list is about: parts that depend on one another. `first` creates what the others need. */
interface Theme {
  readonly first: ReadonlyArray<Maker>
  readonly others: ReadonlyArray<Maker>
}

const opening = [userInsert, sessionInsert, sessionInsert]
const issuing = [userInsert, tokenInsert, tokenInsert]
const beginning = [userInsert, challengeInsert, challengeInsert]
const mailing = [userInsert, codeInsert, codeInsert, codeInsert]
const usersAndSessions = { first: opening, others: [...userCommands, ...sessionCommands] }
const usersAndTokens = { first: issuing, others: [...userCommands, ...tokenCommands] }
const backingUp = {
  first: [userInsert, sessionInsert, tokenInsert, codeInsert],
  others: [userRemove, ...userBackups, ...sessionBackups, ...tokenBackups, ...codeBackups]
}
const themes: ReadonlyArray<Theme> = [
  { first: [userInsert], others: [...userCommands, provedRemove] },
  { first: opening, others: sessionCommands },
  usersAndSessions,
  usersAndSessions,
  { first: issuing, others: tokenCommands },
  { first: issuing, others: [userRemove, ...tokenCommands] },
  usersAndTokens,
  usersAndTokens,
  { first: beginning, others: challengeCommands },
  { first: beginning, others: [userRemove, deciderRemove, ...challengeCommands] },
  { first: beginning, others: [userRemove, deciderRemove, ...challengeCommands] },
  { first: [...beginning, sessionInsert], others: [...userCommands, ...sessionCommands, ...challengeCommands] },
  { first: mailing, others: [codeOwnerRemove, ...codeCommands] },
  { first: mailing, others: [codeOwnerRemove, ...codeCommands] },
  { first: mailing, others: [...userCommands, ...codeCommands] },
  backingUp,
  backingUp,
  { first: opening, others: [userRemove, ...sessionCommands, ...sessionBackups, ...sessionBackups] },
  { first: issuing, others: [userRemove, ...tokenCommands, ...tokenBackups, ...tokenBackups] },
  { first: mailing, others: [codeOwnerRemove, ...codeCommands, ...codeBackups] },
  { first: attemptCommands, others: attemptCommands },
  { first: [userInsert], others: [userRemove, ...auditCommands, ...auditBackups] },
  { first: settingsCommands, others: settingsCommands },
  {
    first: [...opening, tokenInsert, tokenInsert],
    others: [
      ...userCommands,
      ...sessionCommands,
      ...tokenCommands,
      ...attemptCommands,
      ...auditCommands,
      ...settingsCommands
    ]
  }
]

/** The room for attempts under which a list runs: in every other one so little that keys share a bucket, all the same one. */
export const roomOf = (seed: number): AttemptRoom =>
  seed % 2 === 0 ? AttemptRoom.defaultValue() : { buckets: 2, shared: 1 }

/**
 * The given number of random commands, and at last a read of everything that is left. A list has a theme, and uses only some of
 * its commands. So each occurs more often, and commands that depend on one another meet more often. The list runs on a memory
 * store while it is made, so that commands refer to what exists.
 */
export const commandList = (seed: number, length: number): ReadonlyArray<Command> => {
  const tables = emptyTables()
  const memory = memoryStoreOver(tables, roomOf(seed))
  const scene = sceneOf(diceOf(seed), tables)
  const { first, others } = scene.pick(themes)
  const known = others.filter(() => scene.percent(65))
  const calls = Array.from({ length }, (_, index) => {
    scene.mayPass()
    const makers = index === 0 || known.length === 0 || scene.percent(25) ? first : known
    const call = scene.pick(makers)(scene)
    Effect.runSync(Effect.exit(call.run(memory)))
    return call
  })
  const looks = [
    ...userLooks(scene),
    ...sessionLooks(scene),
    ...tokenLooks(scene),
    ...challengeLooks(scene),
    ...codeLooks(scene),
    ...attemptLooks(scene),
    ...backupLooks(scene),
    ...auditLooks,
    ...settingsLooks
  ]
  return [...calls, ...looks].map((call) => ({ ...call, connection: scene.pick([0, 1]) }))
}
