import { ada, basicOf, navigation, root, type WireAnswer } from "@latchkey/conformance/adapter"
import { Store } from "@latchkey/core/store"
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { expect, test } from "vitest"
import { bodyOf, leadsTo, refusal, textOf } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"
import { scopes } from "../../test/token-site.ts"

const target = "/admin/settings/"
const page = { target, headers: navigation }

/** A site with its administrator, in a browser and as a program. */
const withRoot = async (...options: Parameters<typeof openSite>) => {
  const site = await openSite(...options)
  await site.auth.users.create({ ...ada, email: "ada@example.org" })
  const browser: Readonly<Record<string, string>> = { ...(await site.browser(root)), ...navigation }
  const program = await site.program(root)
  const show = (headers = browser) => site.ask({ target, headers })
  const read = async () => bodyOf(await site.ask({ target, headers: program }))
  const patch = (json: unknown, headers: Readonly<Record<string, string>> = program) =>
    site.ask({ method: "PATCH", target, json, headers })
  /** Sends the form of a page as its browser does, with some fields filled in otherwise. */
  const save = (drawn: WireAnswer, typed: Readonly<Record<string, string>>, headers = browser) =>
    site.ask({ method: "POST", target, form: { ...formOf(drawn), ...typed }, headers })
  return { ...site, browserHeaders: browser, programHeaders: program, show, read, patch, save }
}

/** What a browser sends of a page's form when nobody has touched it. */
const formOf = ({ body }: WireAnswer): Readonly<Record<string, string>> => {
  const decode = (text: string) => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&")
  const inputs = [...body.matchAll(/<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"/g)]
  const selects = [...body.matchAll(/<select[^>]* name="([^"]*)"[^>]*>(.*?)<\/select>/gs)].map(
    ([, name = "", options = ""]) => [name, /<option value="([^"]*)" selected/.exec(options)?.[1] ?? ""]
  )
  return Object.fromEntries([...inputs.map(([, name = "", value = ""]) => [name, decode(value)]), ...selects])
}

const settingIn = (body: { readonly settings: ReadonlyArray<{ readonly name: string }> }, name: string) =>
  body.settings.find((each) => each.name === name)

test("SET-20 who is nobody or no administrator neither sees nor changes the settings", async () => {
  const { ask, auth, program } = await withRoot()
  const change = { method: "PATCH", target, json: { version: 0, values: { registration: "closed" } } }
  const form = { method: "POST", target, form: { version: "0", before: "{}", registration: "closed" } }
  const headers = await program(ada)
  for (const request of [{ target }, change, form]) {
    expect(refusal(await ask(request))).toEqual([401, "Unauthorized"])
    const answer = await ask({ ...request, headers })
    expect([answer.status, bodyOf(answer).code]).toEqual([403, "admin-required"])
  }
  expect(leadsTo(await ask(page))).toEqual([303, "/login?next=%2Fadmin%2Fsettings%2F"])
  expect(auth.settings.registration).toBe("open")
})

test("SET-20 a token sees and changes the settings only with the scope latchkey:admin, and needs no password", async () => {
  const { auth, patch, token } = await withRoot({ tokens: { scopes } })
  const change = { version: 0, values: { registration: "closed" } }
  const without = await patch(change, await token({ scopes: ["latchkey:tokens"] }, root))
  expect([without.status, bodyOf(without).scope]).toEqual([403, "latchkey:admin"])
  expect((await patch(change, await token({ scopes: ["latchkey:admin"] }, root))).status).toBe(200)
  expect(auth.settings.registration).toBe("closed")
})

test("SET-20 an old log-in must give the password, also where people's own changes ask for none", async () => {
  const { auth, clock, patch, save, show } = await withRoot({
    profile: { requireCurrentPassword: false },
    sessions: { idle: "2 hours" }
  })
  await clock.advance("11 minutes")
  const change = { version: 0, values: { registration: "closed" } }
  const stale = await patch(change)
  expect([stale.status, bodyOf(stale).code]).toEqual([403, "reauthentication-required"])

  const drawn = await show()
  expect(drawn.body).toContain('name="current_password"')
  const refused = await save(drawn, { registration: "invite", "sessions.absolute": "2 days" })
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining("Enter your current password.")])
  expect(formOf(refused)).toMatchObject({ registration: "invite", "sessions.absolute": "2 days" })
  expect(auth.settings.registration).toBe("open")
  expect((await save(refused, { current_password: root.password })).status).toBe(303)
  expect(auth.settings).toMatchObject({ registration: "invite", sessions: { absolute: 172_800_000 } })
})

test("programs read every setting, change some, and go back to the defaults", async () => {
  const { auth, patch, read } = await withRoot({ name: "Ours" })
  const { version, settings } = await read()
  expect([version, settings.length]).toEqual([0, 27])
  expect(settings[0]).toEqual({
    name: "name",
    about: "The application's name. Pages and mails show it, and no password may be made of it.",
    type: "text",
    choices: null,
    least: null,
    most: null,
    applies: "at-once",
    value: "Ours",
    default: "Latchkey",
    kept: null,
    pending: null,
    locked: true
  })
  const changed = await patch({ version: 0, values: { registration: "invite", "sessions.perUser": 3, mode: "basic" } })
  expect([changed.status, bodyOf(changed).version]).toEqual([200, 1])
  expect(settingIn(bodyOf(changed), "mode")).toMatchObject({ value: "session", kept: "basic", pending: "basic" })
  expect(settingIn(await read(), "registration")).toMatchObject({
    choices: ["open", "invite", "closed"],
    value: "invite"
  })
  expect(settingIn(await read(), "sessions.perUser")).toMatchObject({ least: 1, most: 1_000, value: 3 })
  await patch({ version: 1, values: { registration: null } })
  expect(auth.settings).toMatchObject({ registration: "open", sessions: { perUser: 3 } })
})

test("SET-16 SET-17 a change that comes too late is 409, and one that does not fit is 422 with what is wrong with each value", async () => {
  const { auth, patch } = await withRoot({ registration: "open" })
  await patch({ version: 0, values: { "sessions.perUser": 3 } })
  const late = await patch({ version: 0, values: { "sessions.perUser": 4 } })
  expect([late.status, bodyOf(late)]).toEqual([409, expect.objectContaining({ code: "settings-changed" })])
  const values = { "sessions.perUser": 0, "sessions.idle": "13 hours", registration: "closed", unsafeDevMode: true }
  const problem = (name: string, msg: string) => ({ type: "value_error", loc: ["body", "values", name], msg })
  expect(refusal(await patch({ version: 1, values }))).toEqual([
    422,
    [
      problem("registration", "registration is set by the program or its environment"),
      problem("unsafeDevMode", "unsafeDevMode is not an option of Latchkey")
    ]
  ])
  const { registration: _, unsafeDevMode: __, ...ours } = values
  expect(refusal(await patch({ version: 1, values: ours }))).toEqual([
    422,
    [
      problem("sessions.perUser", "sessions.perUser must be a whole number from 1 to 1000"),
      problem("sessions.idle", "sessions.idle must not exceed sessions.absolute")
    ]
  ])
  expect((await patch({ version: 1, values: { name: ["x"] } })).status).toBe(422)
  expect((await patch({ version: "1", values: {} })).status).toBe(422)
  expect((await patch({ values: {} })).status).toBe(422)
  expect((await patch({ version: 1, values: {}, more: 1 })).status).toBe(422)
  expect(auth.settings.sessions).toMatchObject({ perUser: 3, idle: 3_600_000 })
})

test("the page saves what was changed in it, and nothing else", async () => {
  const { auth, read, save, show } = await withRoot({ name: "Ours" })
  const drawn = await show()
  const saved = await save(drawn, {
    registration: "invite",
    "sessions.idle": " 30 minutes ",
    "tokens.enabled": "false"
  })
  expect(leadsTo(saved)).toEqual([303, "/admin/settings/?done=settings"])
  expect(auth.settings).toMatchObject({
    registration: "invite",
    sessions: { idle: 1_800_000 },
    tokens: { enabled: false }
  })
  const kept = (await read()).settings.filter(({ kept }: { readonly kept: unknown }) => kept !== null)
  expect(kept.map(({ name }: { readonly name: string }) => name)).toEqual([
    "registration",
    "sessions.idle",
    "tokens.enabled"
  ])
  const again = await show()
  expect(formOf(again)).toMatchObject({
    registration: "invite",
    "sessions.idle": "30 minutes",
    "tokens.enabled": "false"
  })
  await save(again, { registration: "", "sessions.idle": "" })
  expect(auth.settings).toMatchObject({
    registration: "open",
    sessions: { idle: 3_600_000 },
    tokens: { enabled: false }
  })
})

test("SET-19 the trail says which administrator changed what", async () => {
  const { auth, browserHeaders, save, show } = await withRoot()
  await save(await show(), { registration: "closed" }, { ...browserHeaders, "user-agent": "Test" })
  const [{ event } = { event: null }] = await auth.audit.list({ type: "settings.changed" })
  const { items } = await auth.users.list({ query: "root" })
  expect(event).toMatchObject({
    actor: items[0]?.id,
    ip: "192.0.2.7",
    userAgent: "Test",
    details: { version: 1, changes: [{ setting: "registration", from: "open", to: "closed" }] }
  })
})

test("SET-20 of two administrators who change settings at once the second is told, and loses nothing of either", async () => {
  const { auth, save, show } = await withRoot()
  const [first, second] = [await show(), await show()]
  await save(first, { registration: "closed", "sessions.perUser": "7" })
  const told = await save(second, { "sessions.perUser": "9", "throttle.mails": "2" })
  expect([told.status, textOf(told)]).toEqual([
    409,
    expect.stringContaining("Somebody else changed the settings meanwhile.")
  ])
  expect(auth.settings).toMatchObject({ registration: "closed", sessions: { perUser: 7 }, throttle: { mails: 5 } })
  // Their own edits stand beside what the other changed.
  expect(formOf(told)).toMatchObject({ registration: "closed", "sessions.perUser": "9", "throttle.mails": "2" })
  expect((await save(told, {})).status).toBe(303)
  expect(auth.settings).toMatchObject({ registration: "closed", sessions: { perUser: 9 }, throttle: { mails: 2 } })
})

test("a page that was sent back untouched changes nothing, also when it is an old one", async () => {
  const { auth, patch, save, show } = await withRoot()
  const drawn = await show()
  expect((await save(drawn, {})).status).toBe(303)
  expect(await auth.audit.list({ type: "settings.changed" })).toEqual([])
  await patch({ version: 0, values: { registration: "closed" } })
  expect((await save(drawn, {})).status).toBe(409)
})

test.each([
  ["sessions.idle", "soon", "sessions.idle: enter a duration such as"],
  ["sessions.perUser", "many", "sessions.perUser: enter a whole number from 1 to 1000."],
  ["registration", "maybe", "registration: choose one of the values."],
  ["tokens.enabled", "perhaps", "tokens.enabled: choose one of the values."],
  ["name", "a".repeat(101), "name: enter 1 to 100 characters in one line."],
  ["sessions.idle", "13 hours", "sessions.idle must not exceed sessions.absolute."],
  ["sessions.idle", "1 milli", "sessions.idle: enter at least &quot;5 minutes&quot;."]
])("SET-17 on the page, %s refuses %s beside its field, and keeps it there", async (name, typed, sentence) => {
  const { auth, save, show } = await withRoot()
  const refused = await save(await show(), { [name]: typed, "throttle.mails": "2" })
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining(sentence)])
  expect(refused.body).toContain(`id="settings-${name}-error"`)
  if (!["registration", "tokens.enabled"].includes(name)) expect(formOf(refused)[name]).toBe(typed)
  expect(formOf(refused)["throttle.mails"]).toBe("2")
  expect(auth.settings.throttle.mails).toBe(5)
})

test("a form that somebody else opened changes nothing", async () => {
  const { auth, save, show } = await withRoot()
  const refused = await save(await show(), { user: "0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab010", registration: "closed" })
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining("You are logged in as root now")])
  expect(auth.settings.registration).toBe("open")
})

test.each(["", "no JSON", "[]", "null", "7"])(
  "a form whose note of what it held is %j is read as all typed anew",
  async (before) => {
    const { auth, save, show } = await withRoot()
    expect((await save(await show(), { before, registration: "closed" })).status).toBe(303)
    expect(auth.settings.registration).toBe("closed")
  }
)

test("SET-18 the name and the registration of now stand on the next page, and tokens in the menu only while they are on", async () => {
  const { ask, browserHeaders, patch } = await withRoot()
  const login = async () => textOf(await ask({ target: "/login", headers: navigation }))
  const profile = async () => textOf(await ask({ target: "/profile/", headers: browserHeaders }))
  expect(await login()).toMatch(/Latchkey.*Create an account/)
  expect(await profile()).toContain("Tokens")
  expect(bodyOf(await ask({ target: "/openapi.json" })).info.title).toContain("Latchkey")
  await patch({ version: 0, values: { name: "Quiet Harbour", registration: "closed", "tokens.enabled": false } })
  const after = await login()
  expect(after).toContain("Quiet Harbour")
  expect(after).not.toMatch(/Latchkey|Create an account/)
  expect(await profile()).not.toContain("Tokens")
  expect(bodyOf(await ask({ target: "/openapi.json" })).info.title).toContain("Quiet Harbour")
  expect((await ask({ target: "/register", headers: navigation })).status).toBe(403)
  expect((await ask({ target: "/tokens/", headers: browserHeaders })).status).toBe(403)
})

test("SET-21 programs learn the least of a span of time, and are refused less", async () => {
  const { patch, read } = await withRoot()
  expect(settingIn(await read(), "sessions.idle")).toMatchObject({ type: "duration", least: "5 minutes", most: null })
  const refused = await patch({ version: 0, values: { "sessions.idle": "1 milli" } })
  expect([refused.status, bodyOf(refused).detail]).toMatchObject([422, [{ loc: ["body", "values", "sessions.idle"] }]])
})

test("SET-21 an administrator who changed the mode to basic changes it back by the password that the browser sends", async () => {
  const before = await withRoot()
  await before.patch({ version: 0, values: { mode: "basic" } })
  const { ask, auth } = await openSite({ store: Layer.succeed(Store, Context.get(before.auth.context, Store)) })
  expect(auth.settings.mode).toBe("basic")
  const headers = {
    ...navigation,
    authorization: basicOf(root.username, root.password),
    origin: "http://localhost:3000"
  }
  const drawn = await ask({ target, headers })
  expect(formOf(drawn)).toMatchObject({ mode: "basic" })
  const saved = await ask({ method: "POST", target, form: { ...formOf(drawn), mode: "" }, headers })
  expect(leadsTo(saved)).toEqual([303, "/admin/settings/?done=settings"])
  expect((await auth.runtimeSettings.list()).settings[1]).toMatchObject({ value: "basic", pending: "session" })
})

test("SET-14 names that JavaScript has for itself are no settings, and change none", async () => {
  const { auth, programHeaders, ask, save, show } = await withRoot()
  for (const name of ["__proto__", "constructor", "toString", "sessions"]) {
    const body = `{"version":0,"values":{"${name}":{"registration":"closed"},"registration":"closed"}}`
    const headers = { ...programHeaders, "content-type": "application/json" }
    expect([name, (await ask({ method: "PATCH", target, body, headers })).status]).toEqual([name, 422])
    const plain = body.replace('{"registration":"closed"}', '"closed"')
    expect([name, (await ask({ method: "PATCH", target, body: plain, headers })).status]).toEqual([name, 422])
    expect([name, (await save(await show(), { [name]: "closed" })).status]).toEqual([name, 422])
  }
  expect(auth.settings.registration).toBe("open")
  expect((await auth.runtimeSettings.list()).version).toBe(0)
})

test("SET-18 the register page asks for passwords of the length of now", async () => {
  const { ask, patch } = await withRoot()
  const said = async () => textOf(await ask({ target: "/register", headers: navigation }))
  expect(await said()).toContain("15 to 256 characters")
  await patch({ version: 0, values: { "passwords.minimum": 20 } })
  expect(await said()).toContain("20 to 256 characters")
})
