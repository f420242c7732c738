import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { describe, expect, it, test } from "vitest"
import { capturedLog } from "../../test/captured-log.ts"
import { ada, newPassword, setHash } from "../../test/people.ts"
import { storeAround } from "../../test/store-around.ts"
import { ChallengeId } from "../cli-login/challenge.ts"
import { CliLogins } from "../cli-login/cli-logins.ts"
import { shownUserCode } from "../cli-login/user-code.ts"
import { Identify } from "../identity/identify.ts"
import { HasherError, PasswordHasher } from "../password/password-hasher.ts"
import { Passwords } from "../password/passwords.ts"
import { hashSecret } from "../secret/credential.ts"
import { reveal } from "../secret/secret-text.ts"
import { Sessions } from "../session/sessions.ts"
import { Setup } from "../setup/setup.ts"
import { StoreError } from "../store/store-error.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"
import { emptyTables } from "../testing/memory-tables.ts"
import { plainHasher } from "../testing/plain-hasher.ts"
import { TokenId } from "../token/access-token.ts"
import { Tokens } from "../token/tokens.ts"
import type { User } from "../user/user.ts"
import { Users } from "../user/users.ts"
import type { AuthServices } from "./auth-layer.ts"
import type { Auth } from "./create-auth.ts"

const guess = "some other guess entirely"
const long = "0123456789 canary ".repeat(100)
const foreign = "r4nd0m-token-of-another-system"

const basic = (user: string, password: string) => ({
  authorization: `Basic ${btoa(`${user}:${password}`)}`,
  sessionCookie: null
})

/** How a store or a hasher may go wrong under a call. */
const troubles = {
  none: null,
  outage: Effect.fail(new StoreError({ operation: "users.find", cause: "connection lost" })),
  bug: Effect.die(new Error("undefined is not a function"))
} as const

/** Someone logged in on a server whose log is captured, and everything that must never be seen of it. */
const scene = async () => {
  const tables = emptyTables()
  const log = capturedLog()
  const state: { trouble: keyof typeof troubles; isHasherDown: boolean } = { trouble: "none", isHasherDown: false }
  const store = storeAround((operation, call) => {
    const trouble = operation.startsWith("audit.") ? null : troubles[state.trouble]
    return trouble ?? call
  }, tables)
  const hasher = Layer.effect(
    PasswordHasher,
    Effect.map(PasswordHasher, (plain) => ({
      ...plain,
      verify: (stored: string, password: string) =>
        state.isHasherDown ? new HasherError({ cause: new Error("out of memory") }) : plain.verify(stored, password)
    }))
  ).pipe(Layer.provide(plainHasher))
  const { auth } = await createTestAuth({
    store,
    hasher,
    ambient: log.layer,
    admin: null,
    setup: { announce: false },
    mode: "basic",
    tokens: { acceptImported: true }
  })
  const token = reveal((await auth.setup.issueToken()) ?? "")
  const user = await auth.setup.createFirstAdmin({ ...ada, token })
  const { secret, device, session } = await auth.sessions.logIn(ada, { kind: "browser" })
  const maker = { user, scopes: "all" } as const
  const issued = await auth.tokens.issue(maker, { name: "runner" })
  const pat = reveal(issued.secret)
  const programs = await programsIn(auth, user)
  const secrets = {
    pat,
    patBody: pat.slice(29, -6),
    patHash: hashSecret(pat),
    foreign,
    foreignHash: hashSecret(foreign),
    basicHeader: basic("ada", ada.password).authorization.slice(6),
    password: ada.password,
    next: newPassword,
    guess,
    long,
    token,
    session: reveal(secret),
    device: reveal(device ?? ""),
    sessionHash: hashSecret(reveal(secret)),
    deviceHash: hashSecret(reveal(device ?? "")),
    passwordHash: tables.users.get(user.id)?.passwordHash ?? "",
    pollSecret: reveal(programs.waiting.secret),
    pollSecretHash: hashSecret(reveal(programs.waiting.secret)),
    approvedSecret: reveal(programs.approved.secret),
    userCode: programs.waiting.code,
    shownCode: shownUserCode(programs.waiting.code)
  }
  return { auth, tables, log, state, user, session, secret, secrets, maker, issued, programs }
}

/** A program that waits, and one that needs the number which the page shows. */
const programsIn = async ({ cliLogins }: Auth, user: User) => {
  const waiting = await cliLogins.begin({ program: "acme" })
  const approved = await cliLogins.begin({ program: "acme", canAskForNumber: true })
  await cliLogins.lookUp({ user }, approved.code)
  const { number } = await cliLogins.approve({ user }, approved.id)
  return { waiting, approved, number: reveal(number ?? "") }
}

type Scene = Awaited<ReturnType<typeof scene>>
type Path = (scene: Scene) => Effect.Effect<unknown, unknown, AuthServices>

/** Calls that fail, or that do when something below them is wrong, with secrets in their arguments. */
const paths: Readonly<Record<string, Path>> = {
  "log-in, right": () => Sessions.use((sessions) => sessions.logIn(ada)),
  "log-in, wrong password": () => Sessions.use((sessions) => sessions.logIn({ ...ada, password: guess })),
  "log-in, over-long password": () => Sessions.use((sessions) => sessions.logIn({ ...ada, password: long })),
  "log-in, password in the place of the name": () =>
    Sessions.use((sessions) => sessions.logIn({ username: ada.password, password: guess })),
  "log-in, device": ({ secrets }) =>
    Sessions.use((sessions) => sessions.logIn({ ...ada, password: guess }, { device: secrets.device })),
  "log-in, unreadable hash": ({ tables, user, secrets }) => {
    setHash(tables, user.id, secrets.passwordHash.replace("plain", "other"))
    return Sessions.use((sessions) => sessions.logIn(ada))
  },
  resume: ({ secrets }) => Sessions.use((sessions) => sessions.resume(secrets.session)),
  "confirm, wrong": ({ session }) => Sessions.use((sessions) => sessions.confirm(session, guess)),
  "confirm, ended": ({ session }) =>
    Sessions.use((sessions) =>
      Effect.andThen(sessions.close({ owner: session.userId, id: session.id }), sessions.confirm(session, ada.password))
    ),
  "change password, wrong": ({ user }) =>
    Passwords.use((passwords) => passwords.change({ user: user.id, current: guess, next: newPassword })),
  "change password, refused": ({ user }) =>
    Passwords.use((passwords) => passwords.change({ user: user.id, current: ada.password, next: long })),
  "set password, refused": ({ user }) => Passwords.use((passwords) => passwords.set({ user, next: long })),
  "register, taken": () => Users.use((users) => users.register({ ...ada, password: newPassword })),
  "register, refused": () => Users.use((users) => users.register({ username: "bob", password: long })),
  "register, no name": () => Users.use((users) => users.register({ username: newPassword, password: newPassword })),
  "create, refused": () => Users.use((users) => users.create({ username: "bob", password: long })),
  "token, made": ({ maker }) => Tokens.use((tokens) => tokens.issue(maker, { name: "second" })),
  "token, rotated": ({ maker, issued }) => Tokens.use((tokens) => tokens.rotate(maker, issued.token.id)),
  "token, found": ({ secrets }) => Tokens.use((tokens) => tokens.check(secrets.pat)),
  "token, not this user's": ({ secrets }) => Tokens.use((tokens) => tokens.check(secrets.pat, secrets.password)),
  "token, in the place of an id": ({ maker, secrets }) =>
    Tokens.use((tokens) => tokens.rotate(maker, TokenId(secrets.pat))),
  "token, in the place of a name": ({ maker, secrets }) =>
    Tokens.use((tokens) => tokens.issue(maker, { name: `${secrets.pat}\0` })),
  "token, imported": ({ user, secrets }) =>
    Tokens.use((tokens) => tokens.import({ user: user.id, name: "old", sha256: secrets.foreignHash, expiresAt: null })),
  "token, imported by its text": ({ user, secrets }) =>
    Tokens.use((tokens) => tokens.import({ user: user.id, name: "old", sha256: secrets.foreign, expiresAt: null })),
  "bearer token": ({ secrets }) =>
    Identify.use((service) => service.identify({ authorization: `Bearer ${secrets.pat}`, sessionCookie: null })),
  "bearer token, mistyped": ({ secrets }) =>
    Identify.use((service) => service.identify({ authorization: `Bearer ${secrets.pat}x`, sessionCookie: null })),
  "bearer token of others": ({ secrets }) =>
    Identify.use((service) => service.identify({ authorization: `Bearer ${secrets.foreign}`, sessionCookie: null })),
  "basic, token": ({ secrets }) => Identify.use((service) => service.identify(basic("__token__", secrets.pat))),
  "basic, token of another": ({ secrets }) => Identify.use((service) => service.identify(basic("bob", secrets.pat))),
  "basic, right": () => Identify.use((service) => service.identify(basic("ada", ada.password))),
  "basic, wrong password": () => Identify.use((service) => service.identify(basic("ada", guess))),
  "basic, over-long password": () => Identify.use((service) => service.identify(basic("ada", long))),
  "basic, twice in one header": ({ secrets }) =>
    Identify.use((service) =>
      service.identify({ authorization: `Basic ${secrets.basicHeader}, Bearer ${secrets.pat}`, sessionCookie: null })
    ),
  "program, begun": () =>
    CliLogins.use((cliLogins) => Effect.map(cliLogins.begin(), ({ id, secret }) => ({ id, secret }))),
  "program, with a secret for a name": ({ secrets }) =>
    CliLogins.use((cliLogins) => cliLogins.begin({ program: `${secrets.pollSecret}\0` })),
  "user code, entered": ({ user, programs }) =>
    CliLogins.use((cliLogins) => cliLogins.lookUp({ user }, programs.waiting.code)),
  "user code, mistyped": ({ user, secrets }) =>
    CliLogins.use((cliLogins) => cliLogins.lookUp({ user }, `${secrets.userCode}X`)),
  "user code, in the place of an id": ({ user, secrets }) =>
    CliLogins.use((cliLogins) => cliLogins.approve({ user }, ChallengeId(secrets.userCode))),
  "program, approved": ({ user, programs }) =>
    CliLogins.use((cliLogins) => cliLogins.approve({ user }, programs.approved.id)),
  "poll, too early": ({ secrets }) => CliLogins.use((cliLogins) => cliLogins.collect({ secret: secrets.pollSecret })),
  "poll, with a wrong code": ({ secrets }) =>
    CliLogins.use((cliLogins) => cliLogins.collect({ secret: secrets.approvedSecret, code: secrets.userCode })),
  "poll, mistyped": ({ secrets }) =>
    CliLogins.use((cliLogins) => cliLogins.collect({ secret: `${secrets.pollSecret}x` })),
  "poll, with a wrong number": ({ secrets }) =>
    CliLogins.use((cliLogins) => cliLogins.collect({ secret: secrets.approvedSecret, number: guess })),
  "setup, closed": ({ secrets }) =>
    Setup.use((setup) => setup.createFirstAdmin({ ...ada, password: newPassword, token: secrets.token })),
  "setup, wrong token": ({ tables, secrets }) => {
    tables.isSetUp = false
    return Setup.use((setup) => setup.createFirstAdmin({ ...ada, password: newPassword, token: secrets.device }))
  }
}

/** All the forms in which a host may come to print a failure or a value. */
const printed = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<string> => {
  const values = Exit.isFailure(exit)
    ? [exit.cause, ...exit.cause.reasons, Cause.squash(exit.cause), exit]
    : [exit.value, exit]
  return [
    ...values.flatMap((value) => [
      inspect(value, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(value) ?? "",
      String(value),
      `${value instanceof Error ? value.stack : ""}`
    ]),
    Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
  ]
}

const seenIn = (secrets: Readonly<Record<string, string>>, texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  Object.entries(secrets).flatMap(([name, secret]) => (texts.some((text) => text.includes(secret)) ? [name] : []))

const troubleNames = ["none", "outage", "bug", "hasher"] as const
const cases = Object.keys(paths).flatMap((path) => troubleNames.map((trouble) => [path, trouble] as const))

it.each(cases)(
  "PWD-20 ERR-01 DEV-02 DEV-19 no secret shows in any print of %s, nor in the log, with this below it: %s (F17)",
  async (path, trouble) => {
    const made = await scene()
    made.state.isHasherDown = trouble === "hasher"
    made.state.trouble = trouble === "hasher" ? "none" : trouble
    const run = paths[path]?.(made) ?? Effect.void
    const logged = Effect.tapCause(run, (cause) => Effect.logError("a request failed", cause))
    const exit = await made.auth.run(Effect.exit(Effect.withSpan(logged, "request")))
    expect(seenIn(made.secrets, [...printed(exit), ...made.log.lines])).toEqual([])
  }
)

describe("a whole life", () => {
  const lived = async () => {
    const made = await scene()
    for (const path of Object.values(paths)) await made.auth.run(Effect.exit(path(made)))
    return made
  }

  test("AUD-02 DEV-19 leaves no password, credential, user code or hash in the audit trail and in the log", async () => {
    const { tables, log, secrets } = await lived()
    expect(tables.audit.length).toBeGreaterThan(15)
    expect(seenIn(secrets, [JSON.stringify(tables.audit), ...log.lines])).toEqual([])
  })

  test("SES-02 DEV-02 DEV-15 leaves no password, no credential and no user code in the store: hashes alone", async () => {
    const { tables, secrets, user } = await lived()
    const { sessionHash, deviceHash, passwordHash, patHash, foreignHash, pollSecretHash, ...plain } = secrets
    const dump = JSON.stringify(tables, (_, value) => (value instanceof Map ? [...value] : value))
    expect(dump).toContain(user.id)
    expect(seenIn(plain, [dump])).toEqual([])
    expect(dump).toContain(patHash)
    expect(dump).toContain(foreignHash)
    expect(dump).toContain(pollSecretHash)
    expect([sessionHash, deviceHash, passwordHash]).not.toContain("")
  })
})

test("ERR-01 what a driver says is in the cause for the host alone: neither message nor text of a StoreError has it", () => {
  const error = new StoreError({ operation: "users.insert", cause: new Error("UNIQUE constraint failed: users.email") })
  expect([error.message, String(error)].join("\n")).not.toContain("UNIQUE")
})
