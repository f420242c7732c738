import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { describe, expect, it } from "vitest"
import { ada, from, newPassword } from "../../test/people.ts"
import { type Around, storeAround } from "../../test/store-around.ts"
import { CliLogins } from "../cli-login/cli-logins.ts"
import { Identify } from "../identity/identify.ts"
import { Passwords } from "../password/passwords.ts"
import { reveal } from "../secret/secret-text.ts"
import { Sessions } from "../session/sessions.ts"
import { Setup } from "../setup/setup.ts"
import { StoreError } from "../store/store-error.ts"
import { createTestAuth, testAdmin } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { Tokens } from "../token/tokens.ts"
import type { User } from "../user/user.ts"
import { Users } from "../user/users.ts"
import type { AuthServices } from "./auth-layer.ts"
import type { Auth } from "./create-auth.ts"

/** What becomes of one store call: it fails before or after it took effect, or its answer never comes. */
const faults = {
  "fails unseen": (operation: string) => Effect.fail(new StoreError({ operation, cause: "lost" })),
  "fails once done": (operation: string, call: Effect.Effect<unknown, unknown>) =>
    Effect.andThen(Effect.exit(call), Effect.fail(new StoreError({ operation, cause: "lost" }))),
  "is never answered": (_: string, call: Effect.Effect<unknown, unknown>) =>
    Effect.andThen(Effect.exit(call), Effect.never)
} as const

type Fault = keyof typeof faults

/** A server with Ada logged in, whose n-th store call from `arm(n)` on goes wrong. */
const scene = async (name: Fault) => {
  let callsLeft = Number.POSITIVE_INFINITY
  const around: Around = (operation, call) =>
    Effect.suspend(() => {
      callsLeft -= 1
      const fault = callsLeft === 0 ? faults[name](operation, call) : call
      return fault as typeof call // a call that goes wrong has no value, so it may be said to have the right one
    })
  const tables = emptyTables()
  const made = await createTestAuth({
    store: storeAround(around, tables),
    audit: { chain: true },
    passwords: { concurrency: 1, waiting: 1 },
    mode: "basic"
  })
  const user = await made.auth.users.register(ada)
  const { secret, session } = await made.auth.sessions.logIn(ada)
  const maker = { user, scopes: "all" } as const
  const pat = await made.auth.tokens.issue(maker, { name: "runner" })
  await made.clock.advance("10 minutes")
  const programs = await programsIn(made.auth, user)
  const arm = (calls: number) => {
    callsLeft = calls
  }
  return { ...made, tables, user, secret, session, maker, pat, programs, arm, wasReached: () => callsLeft <= 0 }
}

/** Programs that wait to be logged in as Ada, each as far as its name says. */
const programsIn = async ({ cliLogins }: Auth, user: User) => {
  const begin = (result: "token" | "session" = "token") => cliLogins.begin({ program: "acme", result })
  const claimed = async (result?: "token" | "session") => {
    const begun = await begin(result)
    await cliLogins.lookUp({ user }, begun.code)
    return begun
  }
  const approved = async (result?: "token" | "session") => {
    const begun = await claimed(result)
    await cliLogins.approve({ user }, begun.id)
    return begun
  }
  return {
    pending: await begin(),
    claimed: await claimed(),
    approved: await approved(),
    approvedForSession: await approved("session")
  }
}

type Scene = Awaited<ReturnType<typeof scene>>

interface Deed {
  readonly act: (scene: Scene) => Effect.Effect<unknown, { readonly _tag: string }, AuthServices>
  /** How it may fail although nothing went wrong; without this it must succeed. */
  readonly refusal?: string
  /** What must be so afterwards. `isDone`: it said that it succeeded. */
  readonly check?: (scene: Scene, isDone: boolean) => Promise<void>
}

const isOpenedBy = (scene: Scene, password: string): Promise<boolean> =>
  scene.auth.sessions.logIn({ username: "ada", password }).then(
    () => true,
    () => false
  )

const basic = (password: string) => ({ authorization: `Basic ${btoa(`ada:${password}`)}`, sessionCookie: null })

const liveTokens = async ({ auth, user }: Scene): Promise<number> => (await auth.tokens.list(user.id)).length

const stateOf = ({ tables, programs }: Scene, program: keyof Scene["programs"]) =>
  tables.challenges.get(programs[program].id)?.challenge.state

const tagOfPromise = (pending: Promise<unknown>): Promise<string> =>
  pending.then(
    () => "done",
    (error: { readonly _tag: string }) => error._tag
  )

const deeds: Readonly<Record<string, Deed>> = {
  "beginning a CLI login": {
    act: () => CliLogins.use((cliLogins) => cliLogins.begin({ program: "acme" })),
    check: async ({ tables }, isDone) => {
      const begun = tables.challenges.size - 4
      expect(isDone ? [1] : [0, 1]).toContain(begun)
    }
  },
  "entering a user code": {
    act: ({ user, programs }) => CliLogins.use((cliLogins) => cliLogins.lookUp({ user }, programs.pending.code)),
    check: async (scene, isDone) => {
      if (isDone) expect(stateOf(scene, "pending")).toBe("claimed")
      const { auth, user, programs } = scene
      expect(await auth.cliLogins.lookUp({ user }, programs.pending.code)).toMatchObject({ state: "claimed" })
    }
  },
  "entering a wrong user code": {
    act: ({ user }) => CliLogins.use((cliLogins) => cliLogins.lookUp({ user }, "BCDF-GHJK", from("192.0.2.1"))),
    refusal: "CliLoginNotFound"
  },
  "approving a program by a session": {
    act: ({ user, session, programs }) =>
      CliLogins.use((cliLogins) => cliLogins.approve({ user, session }, programs.claimed.id)),
    check: async ({ auth, user, programs }, isDone) => {
      const { secret } = programs.claimed
      if (isDone) {
        expect(await auth.cliLogins.collect({ secret })).toMatchObject({ status: "token" })
        return
      }
      const { status } = await auth.cliLogins.collect({ secret })
      if (status === "token") return
      expect(status).toBe("pending")
      await auth.cliLogins.approve({ user }, programs.claimed.id)
      expect(await auth.cliLogins.collect({ secret })).toMatchObject({ status: "token" })
    }
  },
  "denying an approved program": {
    act: ({ user, programs }) => CliLogins.use((cliLogins) => cliLogins.deny({ user }, programs.approved.id)),
    check: async (scene, isDone) => {
      const { auth, programs } = scene
      const isDenied = stateOf(scene, "approved") === "denied"
      if (isDone) expect(isDenied).toBe(true)
      const collected = await tagOfPromise(auth.cliLogins.collect({ secret: programs.approved.secret }))
      expect(collected).toBe(isDenied ? "CliLoginDenied" : "done")
    }
  },
  "polling before the decision": {
    act: ({ programs }) => CliLogins.use((cliLogins) => cliLogins.collect({ secret: programs.pending.secret })),
    check: async (scene) => expect(stateOf(scene, "pending")).toBe("pending")
  },
  "collecting a token": {
    act: ({ programs }) => CliLogins.use((cliLogins) => cliLogins.collect({ secret: programs.approved.secret })),
    check: async (scene, isDone) => {
      const { auth, programs } = scene
      if (isDone) expect(await liveTokens(scene)).toBe(2)
      const again = await tagOfPromise(auth.cliLogins.collect({ secret: programs.approved.secret }))
      expect(isDone ? ["CliLoginNotFound"] : ["CliLoginNotFound", "done"]).toContain(again)
      expect(await liveTokens(scene)).toBeLessThanOrEqual(2)
      if (again === "done") expect(await liveTokens(scene)).toBe(2)
    }
  },
  "collecting a session": {
    act: ({ programs }) =>
      CliLogins.use((cliLogins) => cliLogins.collect({ secret: programs.approvedForSession.secret })),
    check: async ({ auth, user, programs }, isDone) => {
      const { secret } = programs.approvedForSession
      if (isDone) expect(await auth.sessions.list(user.id)).toHaveLength(2)
      const again = await tagOfPromise(auth.cliLogins.collect({ secret }))
      expect(isDone ? ["CliLoginNotFound"] : ["CliLoginNotFound", "done"]).toContain(again)
      expect((await auth.sessions.list(user.id)).length).toBeLessThanOrEqual(2)
    }
  },
  "logging in": { act: () => Sessions.use((sessions) => sessions.logIn(ada, { kind: "browser" })) },
  "logging in with a wrong password": {
    act: () => Sessions.use((sessions) => sessions.logIn({ ...ada, password: "a wrong guess" })),
    refusal: "InvalidCredentials",
    check: async ({ auth, user }) => expect(await auth.sessions.list(user.id)).toHaveLength(1)
  },
  "logging in as nobody": {
    act: () => Sessions.use((sessions) => sessions.logIn({ ...ada, username: "nobody" })),
    refusal: "InvalidCredentials"
  },
  "resuming a session": { act: ({ secret }) => Sessions.use((sessions) => sessions.resume(secret)) },
  "presenting a bearer": {
    act: ({ secret }) =>
      Identify.use(({ identify }) => identify({ authorization: `Bearer ${reveal(secret)}`, sessionCookie: null }))
  },
  "presenting a stranger's bearer": {
    act: ({ secret }) =>
      Identify.use(({ identify }) => identify({ authorization: `Bearer ${reveal(secret)}x`, sessionCookie: null })),
    refusal: "CredentialInvalid"
  },
  "presenting a token": {
    act: ({ pat }) =>
      Identify.use(({ identify }) => identify({ authorization: `Bearer ${reveal(pat.secret)}`, sessionCookie: null })),
    check: async ({ auth, pat }) => expect(await auth.tokens.check(pat.secret)).not.toBeNull()
  },
  "presenting a token with another's name": {
    act: ({ pat }) =>
      Identify.use(({ identify }) =>
        identify({ authorization: `Basic ${btoa(`bob:${reveal(pat.secret)}`)}`, sessionCookie: null })
      ),
    refusal: "CredentialInvalid"
  },
  "making a token": {
    act: ({ maker }) => Tokens.use((tokens) => tokens.issue(maker, { name: "second" })),
    check: async (scene, isDone) => {
      if (isDone) expect(await liveTokens(scene)).toBe(2)
    }
  },
  "rotating a token": {
    act: ({ maker, pat }) => Tokens.use((tokens) => tokens.rotate(maker, pat.token.id, { overlap: 0 })),
    check: async (scene, isDone) => {
      expect(await liveTokens(scene)).toBe(1)
      if (isDone) expect(await scene.auth.tokens.check(scene.pat.secret)).toBeNull()
    }
  },
  "revoking a token": {
    act: ({ user, pat }) => Tokens.use((tokens) => tokens.revoke({ owner: user.id, id: pat.token.id })),
    check: async ({ auth, pat }, isDone) => {
      if (isDone) expect(await auth.tokens.check(pat.secret)).toBeNull()
    }
  },
  "presenting a password": {
    act: () => Identify.use(({ identify }) => identify(basic(ada.password))),
    check: async ({ auth, clock }) => {
      await clock.advance("30 seconds")
      expect(await auth.identify(basic(ada.password))).toMatchObject({ via: "basic" })
    }
  },
  "presenting a wrong password": {
    act: () => Identify.use(({ identify }) => identify(basic("a wrong guess"))),
    refusal: "CredentialInvalid",
    check: async ({ auth, clock }) => {
      await clock.advance("30 seconds")
      await expect(auth.identify(basic("a wrong guess"))).rejects.toMatchObject({ _tag: "CredentialInvalid" })
    }
  },
  "confirming a session": {
    act: ({ session }) => Sessions.use((sessions) => sessions.confirm(session, ada.password)),
    check: async ({ auth, user, secret }, isDone) => {
      expect(await auth.sessions.list(user.id)).toHaveLength(1)
      if (isDone) expect(await auth.sessions.resume(secret)).toBeNull()
    }
  },
  "confirming with a wrong password": {
    act: ({ session }) => Sessions.use((sessions) => sessions.confirm(session, "a wrong guess")),
    refusal: "InvalidCredentials",
    check: async ({ auth, secret }) => expect(await auth.sessions.resume(secret)).not.toBeNull()
  },
  "changing the password": {
    act: ({ user }) =>
      Passwords.use((passwords) => passwords.change({ user: user.id, current: ada.password, next: newPassword })),
    check: async (scene, isDone) => {
      const [isOld, isNew] = [await isOpenedBy(scene, ada.password), await isOpenedBy(scene, newPassword)]
      expect(isOld).toBe(!isNew)
      if (isDone) expect(isNew).toBe(true)
      if (isNew) expect(await scene.auth.sessions.resume(scene.secret)).toBeNull()
    }
  },
  "changing the password without knowing it": {
    act: ({ user }) =>
      Passwords.use((passwords) => passwords.change({ user: user.id, current: "a wrong guess", next: newPassword })),
    refusal: "WrongPassword",
    check: async (scene) => expect(await isOpenedBy(scene, newPassword)).toBe(false)
  },
  "closing a session": {
    act: ({ user, session }) => Sessions.use((sessions) => sessions.close({ owner: user.id, id: session.id })),
    check: async ({ auth, secret }, isDone) => {
      if (isDone) expect(await auth.sessions.resume(secret)).toBeNull()
    }
  },
  "closing all sessions": {
    act: ({ user }) => Users.use((users) => users.endCredentials(user.id)),
    check: async ({ auth, secret, pat }, isDone) => {
      if (!isDone) return
      expect(await auth.sessions.resume(secret)).toBeNull()
      expect(await auth.tokens.check(pat.secret)).toBeNull()
    }
  },
  deactivating: {
    act: ({ user }) => Users.use((users) => users.change(user.id, { isActive: false })),
    check: async ({ auth, secret }, isDone) => {
      if (isDone) expect(await auth.sessions.resume(secret)).toBeNull()
    }
  },
  registering: {
    act: () => Users.use((users) => users.register({ username: "bob", password: newPassword })),
    check: async ({ auth }, isDone) => {
      const { items } = await auth.users.list({ query: "bob" })
      expect(items.filter(({ isSuperuser }) => isSuperuser)).toEqual([])
      if (isDone) expect(items).toHaveLength(1)
    }
  },
  "setting up again": {
    act: () => Setup.use((setup) => setup.createFirstAdmin({ username: "bob", password: newPassword })),
    refusal: "SetupAlreadyDone",
    check: async ({ tables }) => {
      expect([...tables.users.values()].filter(({ user }) => user.isSuperuser)).toHaveLength(1)
    }
  }
}

const tagOf = (reason: Cause.Reason<{ readonly _tag: string }>): string =>
  Cause.isFailReason(reason) ? reason.error._tag : reason._tag

const cases = Object.keys(deeds).flatMap((deed) => Object.keys(faults).map((fault) => [deed, fault as Fault] as const))

describe("one store call goes wrong", () => {
  it.each(cases)(
    "ERR-03 X11 while %s, whichever it is, and %s: nobody gets in by it, and the server goes on (F15)",
    async (name, fault) => {
      const deed = deeds[name]
      if (deed === undefined) throw new Error("no such deed")
      const tags: Array<string> = []
      for (let calls = 1, isFaulty = true; isFaulty; calls++) {
        const made = await scene(fault)
        made.arm(calls)
        const pending = made.auth.run(Effect.exit(Effect.timeoutOption(deed.act(made), "3 seconds")))
        await made.clock.advance("3 seconds")
        const exit = await pending
        isFaulty = made.wasReached()
        made.arm(Number.POSITIVE_INFINITY)
        const isDone = Exit.isSuccess(exit) && Option.isSome(exit.value)
        if (Exit.isFailure(exit)) tags.push(...exit.cause.reasons.map(tagOf))
        if (deed.refusal !== undefined || !isFaulty) expect(isDone).toBe(deed.refusal === undefined)
        await deed.check?.(made, isDone)
        expect((await made.auth.sessions.logIn(testAdmin)).user.username).toBe("root")
      }
      expect(tags.filter((tag) => tag !== "StoreError" && tag !== deed.refusal)).toEqual([])
    }
  )
})
