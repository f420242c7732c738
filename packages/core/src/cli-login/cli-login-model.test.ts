import fc from "fast-check"
import { expect, test } from "vitest"
import { type CliLoginScene, cliLoginScene } from "../../test/cli-login-scene.ts"
import { tagOf } from "../../test/token-scene.ts"
import { reveal } from "../secret/secret-text.ts"

const second = 1_000
const life = 300 * second
const kept = life + 600 * second

/** What ought to be of one program. */
interface ModelProgram {
  state: "pending" | "claimed" | "approved" | "denied" | "redeemed"
  owner: number | null
  readonly begunAt: number
  readonly hasNumber: boolean
  epoch: number
  wrongNumbers: number
  interval: number
  nextPollAt: number
}

interface Model {
  now: number
  /** Of Ada and Bob. */
  readonly epochs: [number, number]
  readonly isActive: [boolean, boolean]
  /** The epoch of each token that was ever given to one of them. */
  readonly tokens: [Array<number>, Array<number>]
  readonly programs: Array<ModelProgram>
}

/** What is: the programs in the model's order, each with the last number that its page has shown. */
interface Real {
  readonly scene: CliLoginScene
  readonly programs: Array<{ readonly begun: Awaited<ReturnType<CliLoginScene["begin"]>>; number: string }>
}

type Owner = 0 | 1

const hasEnded = ({ now }: Model, { begunAt }: ModelProgram): boolean => now >= begunAt + life
const isOpen = ({ state }: ModelProgram): boolean => state === "claimed" || state === "approved"

const actorOf = async ({ scene }: Real, owner: Owner) => {
  const { id } = owner === 0 ? scene.ada : scene.bob
  const user = await scene.auth.users.find(id)
  if (user === null) throw new Error("the user is gone")
  return { user }
}

/** No more tokens work than ought to. */
const compareTokens = async (model: Model, { scene }: Real) => {
  for (const owner of [0, 1] as const) {
    const { id } = owner === 0 ? scene.ada : scene.bob
    const live = model.tokens[owner].filter((epoch) => model.isActive[owner] && epoch === model.epochs[owner])
    expect(await scene.liveOf(id)).toBe(live.length)
  }
}

type Command = fc.AsyncCommand<Model, Real>

const command = (
  name: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Model) => boolean = () => true
): Command => ({
  check,
  run: async (model, real) => {
    await run(model, real)
    await compareTokens(model, real)
  },
  toString: () => name
})

/** Something with one of the programs that were begun and are kept still. */
const onProgram = (
  name: string,
  run: (model: Model, real: Real, program: ModelProgram, at: number) => Promise<void>,
  check: (model: Model, program: ModelProgram) => boolean = () => true
): Command => {
  const pickOf = (model: Model) => {
    const at = Number(/\d+$/.exec(name)?.[0] ?? 0) % model.programs.length
    return { at, program: model.programs[at] }
  }
  return command(
    name,
    async (model, real) => {
      const { at, program } = pickOf(model)
      if (program !== undefined) await run(model, real, program, at)
    },
    (model) => {
      if (model.programs.length === 0) return false
      const { program } = pickOf(model)
      const isKept = program !== undefined && model.now < program.begunAt + kept
      return isKept && check(model, program)
    }
  )
}

const begunOf = (real: Real, at: number) => {
  const program = real.programs[at]
  if (program === undefined) throw new Error("no such program")
  return program
}

const begin = (canAskForNumber: boolean): Command =>
  command(`begin, number: ${canAskForNumber}`, async (model, real) => {
    const begun = await real.scene.begin({ canAskForNumber })
    real.programs.push({ begun, number: "" })
    model.programs.push({
      state: "pending",
      owner: null,
      begunAt: model.now,
      hasNumber: canAskForNumber,
      epoch: 0,
      wrongNumbers: 0,
      interval: 5 * second,
      nextPollAt: model.now
    })
  })

/** Enters a right code. Wrong ones have tests of their own, for only five are allowed. */
const lookUp = (owner: Owner, pick: number): Command =>
  onProgram(
    `look up as ${owner}: ${pick}`,
    async (model, real, program, at) => {
      const found = real.scene.auth.cliLogins.lookUp(await actorOf(real, owner), begunOf(real, at).begun.code)
      if (program.state === "pending" && !hasEnded(model, program)) Object.assign(program, { state: "claimed", owner })
      const isLate = (program.owner === null || isOpen(program)) && hasEnded(model, program)
      expect(await tagOf(found.then(({ state }) => state))).toBe(isLate ? "CliLoginExpired" : program.state)
    },
    (model, program) => model.isActive[owner] && (program.owner === owner || program.owner === null)
  )

/** What a decision comes to, and what it makes of a program. */
const expectedOf = (model: Model, program: ModelProgram, owner: Owner, to: "approved" | "denied"): string => {
  if (program.owner !== owner) return "CliLoginNotFound"
  if (isOpen(program) && hasEnded(model, program)) return "CliLoginExpired"
  if (isOpen(program)) return to
  return program.state === to ? to : "CliLoginDecided"
}

const approve = (owner: Owner, pick: number): Command =>
  onProgram(
    `approve as ${owner}: ${pick}`,
    async (model, real, program, at) => {
      const held = begunOf(real, at)
      const expected = expectedOf(model, program, owner, "approved")
      const approval = real.scene.auth.cliLogins.approve(await actorOf(real, owner), held.begun.id)
      expect(await tagOf(approval.then(({ challenge }) => challenge.state))).toBe(expected)
      if (expected !== "approved") return
      const { isDone, number } = await approval
      expect(isDone).toBe(program.state === "claimed")
      expect(number !== null).toBe(program.hasNumber)
      held.number = number === null ? "" : reveal(number)
      if (program.state === "claimed") Object.assign(program, { state: "approved", epoch: model.epochs[owner] })
    },
    (model) => model.isActive[owner]
  )

const deny = (owner: Owner, pick: number): Command =>
  onProgram(
    `deny as ${owner}: ${pick}`,
    async (model, real, program, at) => {
      const expected = expectedOf(model, program, owner, "denied")
      const denial = real.scene.auth.cliLogins.deny(await actorOf(real, owner), begunOf(real, at).begun.id)
      expect(await tagOf(denial.then(({ state }) => state))).toBe(expected)
      if (expected === "denied") program.state = "denied"
    },
    (model) => model.isActive[owner]
  )

type SentNumber = "none" | "right" | "wrong"

/** What one poll comes to, and what it makes of a program. */
const pollModel = (model: Model, program: ModelProgram, sent: SentNumber): string => {
  if (program.state === "redeemed") return "CliLoginNotFound"
  if (program.state === "denied") return "CliLoginDenied"
  if (hasEnded(model, program)) return "CliLoginExpired"
  if (program.state !== "approved") {
    const isEarly = model.now < program.nextPollAt - program.interval / 5
    if (isEarly) program.interval = Math.min(program.interval + 5 * second, 60 * second)
    program.nextPollAt = model.now + program.interval
    return isEarly ? `early ${program.interval}` : `pending ${program.interval}`
  }
  const owner = program.owner === 1 ? 1 : 0
  if (!model.isActive[owner] || model.epochs[owner] !== program.epoch) {
    program.state = "denied"
    return "CliLoginDenied"
  }
  if (program.hasNumber && sent !== "right") {
    if (sent === "wrong") program.wrongNumbers += 1
    if (program.wrongNumbers === 3) {
      program.state = "denied"
      return "CliLoginDenied"
    }
    return `number-needed ${3 - program.wrongNumbers}`
  }
  program.state = "redeemed"
  model.tokens[owner].push(program.epoch)
  return "token"
}

const poll = ({ scene }: Real, { begun, number }: Real["programs"][number], sent: SentNumber): Promise<unknown> =>
  tagOf(
    scene
      .collect(begun, sent === "none" ? {} : { number: sent === "right" ? number : `${number}0` })
      .then((collected) => {
        if (collected.status === "pending") return `${collected.isEarly ? "early" : "pending"} ${collected.interval}`
        if (collected.status === "number-needed") return `number-needed ${collected.attemptsLeft}`
        return collected.status
      })
  )

const collect = (sent: SentNumber, pick: number): Command =>
  onProgram(`collect, number ${sent}: ${pick}`, async (model, real, program, at) => {
    expect(await poll(real, begunOf(real, at), sent)).toBe(pollModel(model, program, sent))
  })

/** The program and a copy of it, at one moment: together they get what one after the other would. */
const collectTwice = (sent: SentNumber, pick: number): Command =>
  onProgram(`collect twice, number ${sent}: ${pick}`, async (model, real, program, at) => {
    const held = begunOf(real, at)
    const polls = await Promise.all([poll(real, held, sent), poll(real, held, sent)])
    const expected = [pollModel(model, program, sent), pollModel(model, program, sent)]
    expect(polls.map(String).sort()).toEqual(expected.sort())
  })

const logOutEverywhere = (owner: Owner): Command =>
  command(`log out everywhere as ${owner}`, async (model, real) => {
    await real.scene.auth.users.endCredentials((await actorOf(real, owner)).user.id)
    model.epochs[owner] += 1
  })

const setActive = (owner: Owner, isActive: boolean): Command =>
  command(`${isActive ? "activate" : "deactivate"} ${owner}`, async (model, real) => {
    await real.scene.auth.users.change((await actorOf(real, owner)).user.id, { isActive })
    if (model.isActive[owner] !== isActive) model.epochs[owner] += 1
    model.isActive[owner] = isActive
  })

const advance = (milliseconds: number): Command =>
  command(`advance ${milliseconds}`, async (model, real) => {
    await real.scene.clock.advance(milliseconds)
    model.now += milliseconds
  })

const owner = fc.constantFrom<Owner>(0, 1)
const pick = fc.nat(3)
const ofOwner = fc.tuple(owner, pick)
const ofNumber = fc.tuple(fc.constantFrom<SentNumber>("none", "right", "wrong"), pick)
const allCommands = [
  fc.boolean().map(begin),
  ofOwner.map(([who, which]) => lookUp(who, which)),
  ofOwner.map(([who, which]) => lookUp(who, which)),
  ofOwner.map(([who, which]) => approve(who, which)),
  ofOwner.map(([who, which]) => approve(who, which)),
  ofOwner.map(([who, which]) => deny(who, which)),
  ofNumber.map(([sent, which]) => collect(sent, which)),
  ofNumber.map(([sent, which]) => collect(sent, which)),
  ofNumber.map(([sent, which]) => collectTwice(sent, which)),
  owner.map(logOutEverywhere),
  fc.tuple(owner, fc.boolean()).map(([who, isActive]) => setActive(who, isActive)),
  fc.constantFrom(1, 3_999, 4_000, 5_000, 60_000, life - 60_000, life).map(advance)
]

test("whatever two users and two pollers do in whatever order, a program gets what its user last decided, once (DEV-05, DEV-06, DEV-07, DEV-09, DEV-10, DEV-20)", async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.commands(allCommands, { maxCommands: 60, size: "max" }), async (commands) => {
      const scene = await cliLoginScene({ throttle: { cliLogins: 1_000 } })
      const model: Model = {
        now: scene.clock.now(),
        epochs: [0, 0],
        isActive: [true, true],
        tokens: [[], []],
        programs: []
      }
      await fc.asyncModelRun(() => ({ model, real: { scene, programs: [] } }), commands)
      for (const { state } of model.programs) seen.add(state)
      await scene.auth.close()
    }),
    { numRuns: 150 }
  )
  expect([...seen].sort()).toEqual(["approved", "claimed", "denied", "pending", "redeemed"])
}, 30_000)
