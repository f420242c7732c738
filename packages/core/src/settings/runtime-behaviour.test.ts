import { expect, test } from "vitest"
import { from } from "../../test/people.ts"
import { storeOver } from "../../test/store-around.ts"
import type { Auth } from "../auth/create-auth.ts"
import type { CodePurpose } from "../code/code.ts"
import { Codes } from "../code/codes.ts"
import type { SecretText } from "../secret/secret-text.ts"
import { createTestAuth, type TestAuthOptions } from "../testing/create-test-auth.ts"
import { mailbox } from "../testing/mailbox.ts"
import type { ManualClock } from "../testing/manual-clock.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { readEmail } from "../user/account-name.ts"
import type { User } from "../user/user.ts"
import type { Written } from "./field.ts"
import type { RuntimePath } from "./runtime-paths.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A running program, and people and networks that it has not seen yet. */
interface Scene {
  readonly auth: Auth
  readonly clock: ManualClock
  readonly newUser: () => Promise<User>
  /** A token from before any change. */
  readonly oldToken: SecretText
  /** A name that nobody has. */
  readonly name: string
  /** A network from which nothing came. */
  readonly ip: string
  /** The same program, started anew on its data. */
  readonly restarted: () => Promise<Auth>
}

/** What is seen of a setting from outside: by its default, and once it is changed in the running program. */
interface Behaviour {
  readonly see: (scene: Scene) => Promise<unknown>
  readonly before: unknown
  readonly to: Written
  readonly after: unknown
  /** What else the program is started with. */
  readonly options?: TestAuthOptions
}

const password = "seven wet umbrellas"

const came = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { readonly _tag: string }) => error._tag
  )

const opened = async ({ auth, newUser }: Scene) => (await auth.sessions.open(await newUser())).session

const issued = async ({ auth, newUser }: Scene, lifetime?: "200 days") => {
  const maker = { user: await newUser(), scopes: "all" } as const
  return auth.tokens.issue(maker, { name: "a", ...(lifetime === undefined ? {} : { lifetime }) })
}

/** How long a code lives. */
const codeOf =
  (purpose: CodePurpose) =>
  async ({ auth, newUser }: Scene) => {
    const user = await newUser()
    const email = readEmail(user.email ?? "")
    if (!email.ok) throw new Error("no address")
    const wanted = { purpose, user, ownEmail: email.value.canonical, email: email.value }
    const { code } = await auth.run(Codes.use((codes) => codes.issue(wanted)))
    return code.expiresAt - code.createdAt
  }

/** What came of several calls, one after the other. */
const several = async (count: number, call: (n: number) => Promise<unknown>): Promise<ReadonlyArray<string>> => {
  const outcomes: Array<string> = []
  for (let n = 0; n < count; n++) outcomes.push(await came(call(n)))
  return outcomes
}

const guess = ({ auth }: Scene, username: string, ip: string) =>
  auth.sessions.logIn({ username, password: "a wrong guess" }, { client: from(ip) })

const collectedToken = async ({ auth, newUser }: Scene) => {
  const user = await newUser()
  const { code, secret } = await auth.cliLogins.begin({ result: "token" })
  const { id } = await auth.cliLogins.lookUp({ user }, code)
  await auth.cliLogins.approve({ user }, id)
  const collected = await auth.cliLogins.collect({ secret })
  if (collected.status !== "token") throw new Error(collected.status)
  return (collected.token.expiresAt ?? 0) - collected.token.createdAt
}

/** The longest time that somebody is told to wait who guesses seven times, as soon as they may. */
const longestWait = async (scene: Scene): Promise<number> => {
  let longest = 0
  for (let n = 0; n < 7; n++) {
    const wait: number = await guess(scene, scene.name, scene.ip).catch(({ retryAfter = 0 }) => retryAfter)
    longest = Math.max(longest, wait)
    await scene.clock.advance(wait * 1_000)
  }
  return longest
}

const wrong = "InvalidCredentials"
const stopped = "TooManyAttempts"

/** One for each option. Without one for a new option, this does not compile. */
const behaviours: Readonly<Record<RuntimePath, Behaviour>> = {
  name: {
    see: ({ auth }) => came(auth.passwords.vet("quiet lantern works 1", [])),
    before: "done",
    to: "Quiet Lantern Works",
    after: "PasswordRefused"
  },
  mode: {
    see: async ({ auth, restarted }) => [auth.settings.mode, (await restarted()).settings.mode],
    before: ["session", "session"],
    to: "basic",
    after: ["session", "basic"]
  },
  registration: {
    see: ({ auth, name }) => came(auth.users.register({ username: name, password })),
    before: "done",
    to: "closed",
    after: "RegistrationClosed"
  },
  "sessions.idle": {
    see: async (scene) => {
      const { idleExpiresAt, createdAt } = await opened(scene)
      return idleExpiresAt - createdAt
    },
    before: hour,
    to: "30 minutes",
    after: 30 * minute
  },
  "sessions.absolute": {
    see: async (scene) => {
      const { expiresAt, createdAt } = await opened(scene)
      return expiresAt - createdAt
    },
    before: 12 * hour,
    to: "2 hours",
    after: 2 * hour
  },
  "sessions.perUser": {
    see: async ({ auth, newUser }) => {
      const user = await newUser()
      await auth.sessions.open(user)
      await auth.sessions.open(user)
      return (await auth.sessions.list(user.id)).length
    },
    before: 2,
    to: 1,
    after: 1
  },
  "tokens.enabled": {
    see: async (scene) => [await came(issued(scene)), (await scene.auth.tokens.check(scene.oldToken)) !== null],
    before: ["done", true],
    to: false,
    after: ["TokensDisabled", false]
  },
  "tokens.lifetime": {
    see: async (scene) => {
      const { token } = await issued(scene)
      return (token.expiresAt ?? 0) - token.createdAt
    },
    before: 90 * day,
    to: "30 days",
    after: 30 * day
  },
  "tokens.longest": {
    see: (scene) => came(issued(scene, "200 days")),
    before: "done",
    to: "100 days",
    after: "TokenLifetimeInvalid"
  },
  "tokens.perUser": {
    see: async ({ auth, newUser }) => {
      const maker = { user: await newUser(), scopes: "all" } as const
      return several(2, () => auth.tokens.issue(maker, { name: "a" }))
    },
    before: ["done", "done"],
    to: 1,
    after: ["done", "TooManyTokens"]
  },
  "tokens.overlap": {
    see: async ({ auth, clock, newUser }) => {
      const maker = { user: await newUser(), scopes: "all" } as const
      const { token } = await auth.tokens.issue(maker, { name: "a" })
      await auth.tokens.rotate(maker, token.id)
      const old = (await auth.tokens.list(maker.user.id)).find(({ id }) => id === token.id)
      return (old?.expiresAt ?? 0) - clock.now()
    },
    before: day,
    to: "1 hour",
    after: hour
  },
  "cliLogin.lifetime": {
    see: async ({ auth }) => (await auth.cliLogins.begin()).expiresIn,
    before: 5 * minute,
    to: "2 minutes",
    after: 2 * minute
  },
  "cliLogin.tokenLifetime": { see: collectedToken, before: 30 * day, to: "1 day", after: day },
  "passwords.minimum": {
    see: ({ auth }) => came(auth.passwords.vet("tall oak lamp", [])),
    before: "PasswordRefused",
    to: 8,
    after: "done"
  },
  "recovery.verifyLifetime": { see: codeOf("verify"), before: day, to: "2 days", after: 2 * day },
  "recovery.resetLifetime": { see: codeOf("reset"), before: hour, to: "20 minutes", after: 20 * minute },
  "recovery.changeEmailLifetime": { see: codeOf("change-email"), before: day, to: "2 days", after: 2 * day },
  "recovery.undoLifetime": { see: codeOf("undo-email"), before: day, to: "3 days", after: 3 * day },
  "recovery.inviteLifetime": { see: codeOf("invite"), before: 7 * day, to: "1 day", after: day },
  "throttle.perAccountAndNetwork": {
    see: (scene) => several(3, () => guess(scene, scene.name, scene.ip)),
    before: [wrong, wrong, wrong],
    to: 1,
    after: [wrong, stopped, stopped]
  },
  "throttle.perAccount": {
    see: (scene) => several(3, (n) => guess(scene, scene.name, scene.ip.replace("203", String(120 + n)))),
    before: [wrong, wrong, wrong],
    to: 1,
    after: [wrong, stopped, stopped]
  },
  "throttle.perNetwork": {
    see: (scene) => several(3, (n) => guess(scene, `${scene.name}-${n}`, scene.ip)),
    before: [wrong, wrong, wrong],
    to: 1,
    after: [wrong, stopped, stopped]
  },
  "throttle.registrations": {
    see: ({ auth, name, ip }) =>
      several(2, (n) => auth.users.register({ username: `${name}-${n}`, password }, { client: from(ip) })),
    before: ["done", "done"],
    to: 1,
    after: ["done", stopped]
  },
  "throttle.cliLogins": {
    see: ({ auth, ip }) => several(2, () => auth.cliLogins.begin({ client: from(ip) })),
    before: ["done", "done"],
    to: 1,
    after: ["done", stopped]
  },
  "throttle.userCodes": {
    see: async ({ auth, newUser, ip }) => {
      const user = await newUser()
      return several(2, () => auth.cliLogins.lookUp({ user }, "BBBB-BBBB", from(ip)))
    },
    before: ["CliLoginNotFound", "CliLoginNotFound"],
    to: 1,
    after: ["CliLoginNotFound", stopped]
  },
  "throttle.mails": {
    see: ({ auth, name, ip }) => several(2, () => auth.recovery.forgot(`${name}@example.org`, { client: from(ip) })),
    before: ["done", "done"],
    to: 1,
    after: ["done", stopped],
    options: { mailer: mailbox().mailer }
  },
  "throttle.longestDelay": {
    see: longestWait,
    before: 4,
    to: "2 seconds",
    after: 2,
    options: { throttle: { perAccountAndNetwork: 1 } }
  }
}

const running = async (options: TestAuthOptions): Promise<{ readonly auth: Auth; readonly next: () => Scene }> => {
  const tables = emptyTables()
  const start = () => createTestAuth({ ...options, store: storeOver(tables) })
  const { auth, clock } = await start()
  const maker = { user: await auth.users.create({ username: "maker", password }), scopes: "all" } as const
  const { secret: oldToken } = await auth.tokens.issue(maker, { name: "old" })
  let count = 0
  const next = (): Scene => {
    count += 1
    let people = 0
    return {
      auth,
      clock,
      oldToken,
      name: `nobody-${count}`,
      ip: `203.0.${count}.1`,
      newUser: () => {
        people += 1
        const email = `user-${count}-${people}@example.org`
        return auth.users.create({ email, password, isVerified: true })
      },
      restarted: async () => (await start()).auth
    }
  }
  return { auth, next }
}

test.each(Object.entries(behaviours))(
  "SET-18 a change of %s takes effect in the running program, and its removal too",
  async (path, { see, before, to, after, options = {} }) => {
    const { auth, next } = await running(options)
    expect(await see(next())).toEqual(before)
    await auth.runtimeSettings.change({ version: 0, values: { [path]: to } })
    expect(await see(next())).toEqual(after)
    await auth.runtimeSettings.change({ version: 1, values: { [path]: null } })
    expect(await see(next())).toEqual(before)
  }
)
