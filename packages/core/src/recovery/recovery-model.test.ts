import fc from "fast-check"
import { expect, test } from "vitest"
import { mailScene } from "../../test/mail-scene.ts"
import type { Mail } from "../mail/mail.ts"
import type { User } from "../user/user.ts"

/** Two users, each with a mailbox of their own, and a third mailbox that either may want. */
const addresses = ["ada@example.org", "bob@example.org", "free@example.org"] as const

/** A code as it ought to be: for whom, for which address of theirs, and what ends it. */
interface ModelCode {
  readonly owner: number
  readonly kind: "reset" | "change-email" | "email-changed"
  readonly to: string
  readonly ownEmail: string | null
  readonly epoch: number
  isDead: boolean
}

interface ModelUser {
  email: string | null
  isVerified: boolean
  epoch: number
}

interface Model {
  readonly users: readonly [ModelUser, ModelUser]
  /** In the order of the mails that have a token. */
  readonly codes: Array<ModelCode>
}

const make = async () => {
  const scene = await mailScene({ recovery: { verifyNew: false }, throttle: { mails: 1_000 } })
  const users: Array<User> = []
  for (const [at, email] of addresses.slice(0, 2).entries()) {
    const password = "seven wet umbrellas"
    users.push(await scene.auth.users.create({ username: `user${at}`, email, password, isVerified: at === 0 }))
  }
  return { ...scene, users }
}
type Real = Awaited<ReturnType<typeof make>>

const sentTokens = ({ box }: Real): ReadonlyArray<Mail> => box.mails.filter(({ token }) => token !== null)

const isOpen = ({ users }: Model, code: ModelCode): boolean => {
  const user = users[code.owner]
  if (code.isDead || user === undefined) return false
  return code.kind === "email-changed" || (user.epoch === code.epoch && user.email === code.ownEmail)
}

/** The other user, if they have this address. */
const holderOf = ({ users }: Model, email: string, owner: number): ModelUser | undefined =>
  users.find((user, at) => at !== owner && user.email === email)

const issue = ({ users, codes }: Model, owner: number, kind: ModelCode["kind"], to: string): void => {
  for (const code of codes) if (code.owner === owner && code.kind === kind) code.isDead = true
  const { email = null, epoch = 0 } = users[owner] ?? {}
  codes.push({ owner, kind, to, ownEmail: email, epoch, isDead: false })
}

const isDone = (promise: Promise<unknown>): Promise<boolean> =>
  promise.then(
    () => true,
    () => false
  )

const command = (name: string, run: (model: Model, real: Real) => Promise<void>): fc.AsyncCommand<Model, Real> => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real)
    await real.clock.advance("1 second")
    expect(sentTokens(real).map(({ kind, to }) => [kind, to])).toEqual(model.codes.map(({ kind, to }) => [kind, to]))
    for (const [at, { id }] of real.users.entries()) {
      const { email, isVerified, epoch } = (await real.auth.users.find(id)) ?? {}
      expect({ email, isVerified, epoch }).toEqual(model.users[at])
    }
  },
  toString: () => name
})

const forgot = (owner: number) =>
  command(`user ${owner} forgets`, async (model, real) => {
    const email = model.users[owner]?.email ?? null
    await real.auth.recovery.forgot(`user${owner}`)
    if (email !== null) issue(model, owner, "reset", email)
  })

const wish = (owner: number, to: string) =>
  command(`user ${owner} wants ${to}`, async (model, real) => {
    const id = real.users[owner]?.id
    const user = id === undefined ? null : await real.auth.users.find(id)
    if (user === null || user.email === to) return
    const isFree = holderOf(model, to, owner) === undefined
    expect(await isDone(real.auth.users.changeSelf({ user }, { email: to }))).toBe(isFree)
    if (isFree) issue(model, owner, "change-email", to)
  })

/** An administrator gives a user an address that nobody proved. Where they cannot, no code ends (ADM-19). */
const give = (owner: number, to: string) =>
  command(`user ${owner} is given ${to}`, async (model, real) => {
    const [id, user] = [real.users[owner]?.id, model.users[owner]]
    if (id === undefined || user === undefined || user.email === to) return
    const isFree = holderOf(model, to, owner) === undefined
    expect(await isDone(real.auth.users.change(id, { email: to }))).toBe(isFree)
    if (!isFree) return
    for (const code of model.codes) if (code.owner === owner) code.isDead = true
    Object.assign(user, { email: to, isVerified: false })
  })

/** Whoever has a mail uses it, as what it is. */
const use = (pick: number) =>
  command(`mail ${pick} is used`, async (model, real) => {
    if (model.codes.length === 0) return
    const at = pick % model.codes.length
    const [code, mail] = [model.codes[at], sentTokens(real)[at]]
    const user = code === undefined ? undefined : model.users[code.owner]
    if (code === undefined || user === undefined) return
    const { recovery } = real.auth
    const token = mail?.token ?? ""
    const ways = {
      reset: () => recovery.reset(token, `a new password number ${pick}`),
      "change-email": () => recovery.changeEmail(token),
      "email-changed": () => recovery.undoEmailChange(token)
    }
    const open = isOpen(model, code)
    const holder = code.kind === "reset" ? undefined : holderOf(model, code.to, code.owner)
    const free = holder?.isVerified !== true
    expect(await isDone(ways[code.kind]())).toBe(open && free)
    if (!open) return
    if (!free) {
      if (code.kind === "email-changed") user.epoch += 1
      return
    }
    code.isDead = true
    const former = user.isVerified ? user.email : null
    // Whoever did not prove an address loses it to who did.
    if (holder !== undefined) holder.email = null
    user.isVerified = true
    if (code.kind !== "reset") user.email = code.to
    if (code.kind !== "change-email") user.epoch += 1
    if (code.kind === "email-changed") issue(model, code.owner, "reset", code.to)
    // The way back leads to the oldest address.
    const living = model.codes.find(
      (each) => each.owner === code.owner && each.kind === "email-changed" && !each.isDead
    )
    if (code.kind === "change-email" && former !== null && (living === undefined || living.to === former)) {
      issue(model, code.owner, "email-changed", former)
    }
  })

test("REC-01 REC-02 REC-03 REC-07 REC-08 REC-13 whatever two users do with their mails, codes open what they should and nothing else", async () => {
  const owner = fc.constantFrom(0, 1)
  const commands = [
    owner.map(forgot),
    fc.tuple(owner, fc.constantFrom(...addresses)).map(([who, to]) => wish(who, to)),
    fc.tuple(owner, fc.constantFrom(...addresses)).map(([who, to]) => give(who, to)),
    fc.nat(20).map(use),
    fc.nat(20).map(use),
    fc.nat(20).map(use)
  ]
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: "max" }), async (list) => {
      const users: Model["users"] = [
        { email: addresses[0], isVerified: true, epoch: 1 },
        { email: addresses[1], isVerified: false, epoch: 1 }
      ]
      await fc.asyncModelRun(async () => ({ model: { users, codes: [] }, real: await make() }), list)
    }),
    { numRuns: 60 }
  )
})
