import type { CodeKey, NewCode, UserId } from "@latchkey/core/store"
import * as Effect from "effect/Effect"
import { codeKeyOf, inOrder } from "../laws/code-samples.ts"
import { minute } from "../laws/samples.ts"
import { type Call, call, whileThere } from "./command.ts"
import type { Scene } from "./scene.ts"

/** Some time after its end a code may be there or not: so ended ones are removed before a verb that does not look at ends. */
const afterPurge = ({ now }: Scene, { verb, says, run }: Call): Call => {
  const at = now()
  return {
    verb,
    says: `codes.removeExpired(${at}, ${ALL}), then ${says}`,
    run: (store) => Effect.andThen(store.codes.removeExpired(at, ALL), run(store))
  }
}

const ALL = 10_000

/** Only for existing users, because a store may or may not refuse others. */
const insert = (scene: Scene, code: NewCode): Call => {
  const insertion = scene.pick(["replace", "or-prolong"] as const)
  return whileThere(
    code.code.userId,
    call("codes.insert", [code, insertion], ({ codes }, ...args) => codes.insert(...args))
  )
}

/** Makes a code, as every list does. */
export const codeInsert = (scene: Scene): Call => insert(scene, scene.newCode(scene.user()))

const insertInPlace = (scene: Scene): Call => {
  const { owner, purpose } = scene.code()
  return insert(scene, scene.newCode(owner, purpose))
}

const find = (scene: Scene, key: CodeKey): Call =>
  afterPurge(
    scene,
    call("codes.find", [key], ({ codes }, key) => codes.find(key))
  )

const list = (scene: Scene, owner: UserId): Call =>
  afterPurge(
    scene,
    call("codes.list", [owner], ({ codes }, owner) => Effect.map(codes.list(owner), inOrder))
  )

/** The clocks of two machines differ. */
const consume = ({ code, now, pick }: Scene): Call =>
  call("codes.consume", [code(), now() - pick([0, 0, 0, minute])], ({ codes }, ...args) => codes.consume(...args))

const giveBack = ({ code }: Scene): Call => call("codes.giveBack", [code()], ({ codes }, key) => codes.giveBack(key))

/** Reads everything about the codes. */
export const codeLooks = (scene: Scene): ReadonlyArray<Call> => [
  ...scene.users().map((owner) => list(scene, owner)),
  ...scene.codes().map((row) => find(scene, codeKeyOf(row)))
]

/** The other commands about codes. A repeated one is chosen more often. */
export const codeCommands: ReadonlyArray<(scene: Scene) => Call> = [
  insertInPlace,
  insertInPlace,
  insertInPlace,
  consume,
  consume,
  consume,
  consume,
  giveBack,
  (scene) => find(scene, scene.code()),
  (scene) => list(scene, scene.code().owner),
  (scene) => {
    const key = scene.code()
    return afterPurge(
      scene,
      call("codes.remove", [scene.percent(50) ? key : { ...key, hash: null }], ({ codes }, key) => codes.remove(key))
    )
  },
  (scene) =>
    afterPurge(
      scene,
      call("codes.removeAll", [scene.code().owner], ({ codes }, owner) => codes.removeAll(owner))
    ),
  ({ now, below }) =>
    call("codes.removeExpired", [now(), below(3)], ({ codes }, before, limit) =>
      // Which ones is up to the store, so all of them go then.
      Effect.map(codes.removeExpired(before, limit), (removed) => removed <= limit).pipe(
        Effect.tap(() => codes.removeExpired(before, ALL))
      )
    )
]
