import { runtimeEntries } from "@latchkey/core"
import { EVENTS_SHOWN } from "../src/admin/audit-routes.ts"
import { USERS_SHOWN } from "../src/admin/list-routes.ts"
import { sampleAudit, sampleNewUser, sampleUser, sampleUserPage, sampleUsers } from "../src/admin/sample.ts"
import { SHOWN } from "../src/admin/user-page-view.ts"
import { CLI_LOGINS_SHOWN } from "../src/cli-login/cli-logins-view.ts"
import { sampleCliCode, sampleCliLogin } from "../src/cli-login/sample.ts"
import type { Pages } from "../src/features.ts"
import { sampleLogin, sampleLogout } from "../src/login/sample.ts"
import type { AskFact, AskField } from "../src/page/ask-page.tsx"
import { noticeOf } from "../src/page/notice.tsx"
import { ago, sampleAsk, sampleMessage } from "../src/page/sample.ts"
import type { PageView, Site } from "../src/page/view.ts"
import { samplePassword } from "../src/password/sample.ts"
import { sampleProfile } from "../src/profile/sample.ts"
import { sampleAskMail, sampleChoosePassword, sampleConfirmMail } from "../src/recovery/sample.ts"
import { sampleRegister } from "../src/register/sample.ts"
import { actingSession } from "../src/sessions/sample.ts"
import { SESSIONS_SHOWN } from "../src/sessions/sessions-view.ts"
import { sampleSettings } from "../src/settings/sample.ts"
import { groupsOf } from "../src/settings/settings-page.ts"
import { sampleSetup } from "../src/setup/sample.ts"
import { errorSentence, type Fault } from "../src/texts/sentence.ts"
import type { Texts } from "../src/texts/texts.ts"
import { sampleTokens } from "../src/tokens/sample.ts"
import { TOKENS_SHOWN } from "../src/tokens/tokens-page.ts"

type ViewOf<Name extends keyof Pages> = Parameters<Pages[Name]>[0]

/** Every built-in page in the states that look different, by page and by a name for the state. */
export type PageStates = { readonly [Name in keyof Pages]: Readonly<Record<string, ViewOf<Name>>> }

/** The longest name without a place to break, and names from right to left. */
const LONG = "w".repeat(100)
const LONG_EMAIL = `${"w".repeat(60)}@${"w".repeat(60)}.example.org`
const RIGHT_TO_LEFT = "مرفأ الصيادين القديم"

/** Every setting of the table, as it is by default. */
const everySetting = runtimeEntries.map(({ path, setting: { about, field, least, applies, fallback } }) => ({
  ...{ name: path, about, field, least, applies, kept: null, pending: null, isLocked: false },
  value: String(fallback),
  fallback: String(fallback)
}))

/** The states in one language. A page that the compiler misses here has no state. */
export const pageStates = (texts: Texts, site: Site): PageStates => {
  const sentence = (...fault: Fault) => errorSentence(texts, fault)
  const menu = (current?: string) =>
    (["profile", "tokens", "logout"] as const).map((place) => ({
      label: texts.page.navigation[place],
      href: site.paths[place],
      ...(place === current ? { current: true } : {}),
      ...(place === "logout" ? { method: "post" as const } : {})
    }))
  const frame = (user: string | null = null, current?: string): PageView => ({
    site,
    texts,
    loggedInAs: user,
    impersonation: null,
    navigation: user === null ? [{ label: texts.page.navigation.login, href: site.paths.login }] : menu(current)
  })

  const chief = (user = "ada"): PageView => {
    const entries = menu()
    const admin = { label: texts.page.navigation.admin, href: site.paths.admin, current: true }
    return { ...frame(user), navigation: [...entries.slice(0, 2), admin, ...entries.slice(2)] }
  }
  const actingAs = (user: string): PageView => ({
    ...frame(user),
    navigation: menu().slice(2),
    impersonation: { as: user, stopPath: site.paths.impersonation }
  })

  const inDevMode = { ...site, unsafeDevMode: true }

  const login = { ...sampleLogin, ...frame(), navigation: [] }
  const logout = { ...sampleLogout, ...frame("ada") }
  const register = { ...sampleRegister, ...frame(), username: "", email: "" }
  const setup = { ...sampleSetup, ...frame(), navigation: [] }
  const password = { ...samplePassword, ...frame("ada"), navigation: menu().slice(2) }
  const profile = { ...sampleProfile, ...frame("ada", "profile") }
  const tokens = { ...sampleTokens, ...frame("ada", "tokens") }
  const settings = { ...sampleSettings, ...frame("ada") }
  const askMail = { ...sampleAskMail, ...frame(), navigation: [] }
  const choosePassword = { ...sampleChoosePassword, ...frame(), navigation: [] }
  const confirmMail = { ...sampleConfirmMail, ...frame(), navigation: [] }
  const cliCode = { ...sampleCliCode, ...frame("ada") }
  const cliLogin = { ...sampleCliLogin, ...frame("ada") }
  const { cliLogin: said } = texts
  const undecided = { name: "undecided" } as const
  const approved = { name: "approved", hasNumber: false, number: null, attemptsLeft: null } as const
  const toList = { label: said.toList, href: "/profile/#programs" }
  const lookAgain = { label: said.approved.lookAgain, href: "/auth/cli/c1" }
  const ask = { ...sampleAsk, ...frame("ada"), fields: [] }
  const back = (words: { readonly back: string }) => ({ label: words.back, href: "/tokens/#tokens" })
  const asking = (
    words: Omit<typeof texts.tokens.ask.revoke, "question"> & { readonly question: (name: string) => string },
    name: string,
    facts: ReadonlyArray<AskFact> = []
  ) => ({
    ...ask,
    ...words,
    question: words.question(name),
    facts: [{ label: texts.sessions.started, value: ago(60 * 24 * 12) }, ...facts],
    back: back(words)
  })
  const { rotate } = texts.tokens.ask
  const choice: AskField = {
    kind: "choice",
    name: "overlap_hours",
    label: rotate.old,
    value: "",
    choices: [
      { value: "", label: rotate.oldWorks(texts.tokens.list.span(24)) },
      { value: "0", label: rotate.oldEnds }
    ]
  }
  const currentPassword: AskField = {
    kind: "password",
    name: "current_password",
    label: texts.page.currentPassword,
    hint: texts.page.currentPasswordHint
  }
  const about = (what: "download" | "remove", name: string) => {
    const { back: label, ...words } = texts.account[what]
    return {
      ...ask,
      ...words,
      ...frame(name),
      facts: [{ label: texts.account.name, value: name }],
      back: { label, href: "/profile/#data" }
    }
  }
  const { problems } = texts
  const home = { label: problems.steps.home(site.name), href: "/" }
  const message = { ...sampleMessage, ...frame(), actions: [home] }
  const passing = (status: 429 | 503) => ({
    ...message,
    ...problems.byStatus[status],
    text: problems.byWait[status](1_000),
    status,
    actions: [{ label: problems.steps.tryAgain, href: "/packages/" }, home]
  })
  const forbidden = (code: keyof typeof problems.byCode) => ({
    ...message,
    ...frame("ada"),
    ...problems.byStatus[403],
    text: problems.byCode[code],
    status: 403
  })

  const wrongAccount = {
    username: sentence("username-mixed-scripts"),
    email: sentence("email-malformed"),
    password: sentence("password-contains-name"),
    password_confirm: sentence("passwords-differ")
  }
  const wait = sentence("too-many-attempts", 7_000)
  const long = { username: LONG, email: LONG_EMAIL }
  const [session] = sampleProfile.sessions
  const [token] = sampleTokens.tokens
  const [program] = sampleProfile.programs.entries
  if (session === undefined || token === undefined || program === undefined)
    throw new Error("The samples have no session, token or program.")
  const manySessions = Array.from({ length: SESSIONS_SHOWN + 1 }, (_, index) => ({
    ...session,
    isCurrent: index === 0,
    createdAt: ago(60 * 30 * index),
    ip: "2001:db8:85a3:1319:8a2e:1370:7334:7348",
    revokePath: `/sessions/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}/revoke`
  }))
  const manyTokens = Array.from({ length: TOKENS_SHOWN }, (_, index) => ({
    ...token,
    name: `${"Nightly build of the archive on the third machine in the cellar ".repeat(2)}${index}`.slice(-100),
    createdAt: ago(60 * 30 * index),
    revokePath: `/tokens/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}/revoke`,
    rotatePath: `/tokens/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}/rotate`
  }))
  const manyPrograms = Array.from({ length: CLI_LOGINS_SHOWN }, (_, index) => ({
    ...program,
    program: `${"The program that builds the archive on the third machine in the cellar ".repeat(2)}${index}`.slice(
      -100
    ),
    address: "2001:db8:85a3:1319:8a2e:1370:7334:7348",
    agent: LONG.slice(0, 40),
    path: `/auth/cli/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}`,
    denyPath: `/auth/cli/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}/deny`
  }))
  const secret = `lk_pat_${"4Zk9Qe7mX2".repeat(7)}Y`
  const issued = {
    name: "Nightly build",
    secret,
    usage: [
      {
        label: texts.tokens.issued.curl,
        command: `curl -H "Authorization: Bearer ${secret}" https://packages.example.org/users/me`
      },
      {
        label: texts.tokens.issued.pip,
        command: `pip install --index-url https://__token__:${secret}@packages.example.org/simple/ PACKAGE`
      }
    ]
  }

  const users = { ...sampleUsers, ...chief() }
  const newUser = { ...sampleNewUser, ...chief() }
  const user = {
    ...sampleUserPage,
    ...chief(),
    sessions: { ...sampleUserPage.sessions, entries: sampleUserPage.sessions.entries.slice(0, SHOWN) }
  }
  const audit = { ...sampleAudit, ...chief(), types: Object.keys(texts.admin.audit.types) }
  const longUser = { ...sampleUser, ...long, roles: [LONG, LONG], added: [{ label: LONG, value: LONG }] }
  const wrongAdmin = { ...wrongAccount, current_password: sentence("current-password-wrong") }
  const [event] = sampleAudit.entries
  if (event === undefined) throw new Error("The sample has no event.")

  return {
    adminUsers: {
      plain: users,
      "nobody found": {
        ...users,
        users: [],
        search: { ...users.search, query: LONG, isActive: "false" },
        isSearch: true,
        isByName: true,
        nextPath: null,
        firstPath: "/admin/users"
      },
      "a full page": {
        ...users,
        users: Array.from({ length: USERS_SHOWN }, (_, index) => ({
          ...longUser,
          roles: ["editor", "reviewer"],
          added: sampleUser.added,
          isSuperuser: true,
          isActive: false,
          isVerified: false,
          mustChangePassword: true,
          path: `/admin/users/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}`
        }))
      },
      "in development mode": { ...users, site: inDevMode },
      "no roles": { ...users, roles: [], notice: noticeOf("user-deleted", texts) },
      "long names": { ...users, ...chief(LONG), users: [longUser], roles: [LONG] },
      "from right to left": { ...users, ...chief(RIGHT_TO_LEFT), users: [{ ...sampleUser, username: RIGHT_TO_LEFT }] }
    },
    adminNewUser: {
      empty: newUser,
      "without mails": { ...newUser, canInvite: false, roles: [] },
      "an old log-in": { ...newUser, asksCurrentPassword: true },
      refused: {
        ...newUser,
        form: { ...newUser.form, ...long },
        asksCurrentPassword: true,
        errors: { ...wrongAdmin, roles: sentence("role-unknown", LONG) }
      },
      "too many attempts": { ...newUser, errors: { form: wait } }
    },
    adminUser: {
      plain: user,
      "an old log-in": { ...user, asksCurrentPassword: true },
      saved: { ...user, notice: noticeOf("user-saved", texts) },
      "nothing to end": {
        ...user,
        sessions: { entries: [], olderPath: null, newestPath: null },
        tokens: { entries: [], olderPath: null, newestPath: null },
        passwordLinkPath: null,
        impersonatePath: null,
        actions: []
      },
      "oneself, stepping down": {
        ...user,
        isSelf: true,
        subject: { ...user.subject, isSuperuser: true },
        impersonatePath: null,
        errors: { confirm_self: sentence("confirm-self") }
      },
      "the last administrator": { ...user, errors: { form: sentence("last-superuser-other") } },
      "changed by somebody else": {
        ...user,
        isStale: true,
        subject: { ...user.subject, isActive: false, mustChangePassword: true },
        errors: { form: sentence("edit-conflict") }
      },
      refused: {
        ...user,
        subject: longUser,
        form: { ...user.form, ...long },
        roles: [{ name: LONG, about: "", field: `role:${LONG}`, isChosen: true }],
        asksCurrentPassword: true,
        errors: { ...wrongAdmin, roles: sentence("role-unknown", LONG) }
      },
      "full lists": {
        ...user,
        subject: longUser,
        sessions: {
          ...user.sessions,
          entries: manySessions.slice(0, SHOWN).map((each) => ({
            ...each,
            revokePath: `/admin/users/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab010${each.revokePath}`
          }))
        },
        tokens: {
          ...user.tokens,
          entries: Array.from({ length: SHOWN }, (_, index) => ({
            ...token,
            name: LONG,
            revokePath: `/admin/users/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab010/tokens/0199f5a1-7c1e-7a5b-9b0e-7d1f4c2ab0${index + 10}/revoke`
          }))
        }
      },
      "an administrator acts as them": {
        ...user,
        sessions: { ...user.sessions, entries: [{ ...actingSession, isCurrent: false }] }
      },
      "from right to left": {
        ...user,
        ...chief(RIGHT_TO_LEFT),
        subject: { ...user.subject, username: RIGHT_TO_LEFT },
        form: { ...user.form, username: RIGHT_TO_LEFT }
      }
    },
    adminAudit: {
      plain: audit,
      "nothing found": {
        ...audit,
        entries: [],
        search: { type: "user.changed", user: LONG },
        newestPath: "/admin/audit"
      },
      "a full page": {
        ...audit,
        entries: Array.from({ length: EVENTS_SHOWN }, () => ({
          ...event,
          actor: { name: LONG, path: "/admin/users/u1" },
          details: [{ label: "reason", value: LONG.repeat(2) }]
        }))
      }
    },
    login: {
      empty: login,
      "after setup": { ...login, notice: noticeOf("setup", texts) },
      "a session has ended": { ...login, notice: noticeOf("ended", texts) },
      "behind a proxy with passwords": { ...login, notice: noticeOf("foreign-credential", texts) },
      "logged out": { ...login, notice: noticeOf("logged-out", texts), registrationOpen: false },
      refused: { ...login, username: "ada", errors: { form: sentence("invalid-credentials") } },
      "by e-mail": { ...login, logins: "email", errors: { form: sentence("email-not-verified") } },
      "too many attempts of a long name": { ...login, username: LONG, errors: { form: wait } }
    },
    logout: {
      plain: logout,
      "a long name": { ...logout, ...frame(LONG), user: LONG },
      "from right to left": { ...logout, ...frame(RIGHT_TO_LEFT), user: RIGHT_TO_LEFT }
    },
    register: {
      empty: register,
      refused: { ...register, ...long, errors: wrongAccount },
      "with an e-mail address": { ...register, needsEmail: true },
      "by username": { ...register, logins: "username" },
      "too many attempts": { ...register, username: RIGHT_TO_LEFT, errors: { form: wait } }
    },
    setup: {
      "asks for the token": setup,
      "has the token": { ...setup, token: { kind: "known", value: "lk_set_shown0this0once" } },
      "needs no token": { ...setup, token: { kind: "unneeded" } },
      refused: { ...setup, ...long, errors: { ...wrongAccount, token: sentence("setup-token-invalid") } }
    },
    password: {
      "must be changed": password,
      "may be changed": { ...password, navigation: menu(), mustChangePassword: false, next: null },
      refused: { ...password, errors: { current_password: sentence("current-password-wrong") } },
      "the same again": { ...password, errors: { password: sentence("password-unchanged") } },
      "too many attempts": { ...password, ...frame(LONG), navigation: menu().slice(2), errors: { form: wait } },
      "in mode basic": { ...password, navigation: [] }
    },
    askMail: {
      forgot: askMail,
      sent: { ...askMail, notice: noticeOf("mail-sent", texts) },
      "too many attempts": { ...askMail, username: LONG, errors: { username: wait } },
      "verify, by e-mail": { ...askMail, purpose: "verify", logins: "email", username: LONG_EMAIL }
    },
    choosePassword: {
      reset: choosePassword,
      refused: { ...choosePassword, account: LONG, errors: wrongAccount },
      invited: { ...choosePassword, purpose: "invite", account: RIGHT_TO_LEFT }
    },
    confirmMail: {
      verify: confirmMail,
      "change of address": { ...confirmMail, purpose: "change-email", email: LONG_EMAIL, account: LONG },
      "undo of a change": { ...confirmMail, purpose: "undo-email", account: RIGHT_TO_LEFT },
      refused: { ...confirmMail, errors: { form: sentence("email-taken") } }
    },
    settings: {
      plain: settings,
      "every setting": { ...settings, groups: groupsOf(everySetting, {}) },
      saved: { ...settings, notice: noticeOf("settings", texts) },
      "changed by somebody else": { ...settings, errors: { form: sentence("settings-changed") } },
      "an old log-in": { ...settings, asksCurrentPassword: true },
      "nothing that can be changed": {
        ...settings,
        groups: settings.groups.map((group) => ({
          ...group,
          rows: group.rows.map((row) => ({ ...row, isLocked: true }))
        }))
      },
      refused: {
        ...settings,
        groups: settings.groups.map((group) => ({
          ...group,
          rows: group.rows.map((row) => (row.field.kind === "text" ? { ...row, filled: LONG } : row))
        })),
        errors: {
          "sessions.idle": sentence("setting-duration", "sessions.idle"),
          registration: sentence("setting-choice", "registration"),
          "tokens.enabled": sentence("setting-unfit", "tokens.enabled", "must not exceed tokens.longest"),
          current_password: sentence("current-password-wrong")
        },
        asksCurrentPassword: true
      }
    },
    profile: {
      plain: profile,
      "an address to prove": {
        ...profile,
        address: { kind: "wanted", email: LONG_EMAIL, cancelPath: "/profile/cancel-email" }
      },
      "no programs": { ...profile, programs: { ...profile.programs, entries: [], olderPath: null } },
      "older programs": { ...profile, programs: { ...profile.programs, newestPath: "/profile/#programs" } },
      "no deletion of accounts": { ...profile, deletePath: null },
      "only this session": { ...profile, sessions: [session], olderPath: null },
      "a fresh log-in": { ...profile, asksCurrentPassword: false },
      "full lists": {
        ...profile,
        sessions: manySessions,
        programs: { ...profile.programs, entries: manyPrograms }
      },
      "an administrator acts as you": { ...profile, sessions: [...profile.sessions, actingSession] },
      "nothing kept of sessions": {
        ...profile,
        sessions: profile.sessions.map((each) => ({ ...each, ip: null, userAgent: null }))
      },
      "details refused": {
        ...profile,
        details: {
          ...long,
          before: long,
          errors: { ...wrongAccount, current_password: sentence("current-password-wrong") }
        }
      },
      "password refused": {
        ...profile,
        passwordErrors: { ...wrongAccount, current_password: sentence("current-password-missing") }
      },
      "too many attempts": { ...profile, passwordErrors: { form: wait } },
      "details saved": { ...profile, notice: noticeOf("details", texts) },
      "password changed": { ...profile, notice: noticeOf("password", texts) },
      "a long name": {
        ...profile,
        ...frame(LONG, "profile"),
        user: { id: "u1", ...long },
        details: { ...long, before: long, errors: {} },
        sessions: profile.sessions.map((each) => ({ ...each, userAgent: LONG.repeat(5) }))
      },
      "from right to left": {
        ...profile,
        ...frame(RIGHT_TO_LEFT, "profile"),
        user: { id: "u1", username: RIGHT_TO_LEFT, email: null },
        details: { ...profile.details, username: RIGHT_TO_LEFT, email: "" }
      },
      "in mode basic": {
        ...profile,
        programs: { ...profile.programs, entries: [], olderPath: null },
        sessions: [],
        canLogOut: false,
        navigation: menu("profile").slice(0, 2)
      }
    },
    tokens: {
      plain: tokens,
      none: { ...tokens, tokens: [], olderPath: null },
      "no scopes": { ...tokens, scopes: [] },
      "full lists": { ...tokens, tokens: manyTokens },
      "just made": { ...tokens, issued },
      "just made, with full lists": { ...tokens, issued: { ...issued, name: LONG }, tokens: manyTokens },
      refused: {
        ...tokens,
        asksCurrentPassword: true,
        form: {
          ...tokens.form,
          name: LONG,
          errors: {
            name: sentence("token-name-malformed"),
            expires_in_days: sentence("token-lifetime-invalid", 366),
            scopes: sentence("scope-not-grantable"),
            current_password: sentence("current-password-wrong")
          }
        }
      },
      "too many": { ...tokens, form: { ...tokens.form, errors: { form: sentence("too-many-tokens", 100) } } },
      "an old log-in": { ...tokens, asksCurrentPassword: true },
      revoked: { ...tokens, notice: noticeOf("revoked", texts) },
      "rotated before": { ...tokens, notice: noticeOf("rotated-before", texts), newestPath: "/tokens/" },
      "long names": {
        ...tokens,
        ...frame(LONG, "tokens"),
        tokens: tokens.tokens.map((each) => ({ ...each, name: LONG, scopes: [LONG, LONG] })),
        scopes: tokens.scopes.map((each) => ({ ...each, name: LONG, about: LONG }))
      },
      "from right to left": {
        ...tokens,
        ...frame(RIGHT_TO_LEFT, "tokens"),
        tokens: tokens.tokens.map((each) => ({ ...each, name: RIGHT_TO_LEFT })),
        issued: { ...issued, name: RIGHT_TO_LEFT }
      }
    },
    cliCode: {
      empty: { ...cliCode, code: "", isGiven: false },
      given: cliCode,
      "no code": {
        ...cliCode,
        code: LONG.slice(0, 64),
        isGiven: false,
        errors: { code: sentence("user-code-malformed") }
      },
      unknown: { ...cliCode, isGiven: false, errors: { code: sentence("user-code-unknown") } },
      expired: { ...cliCode, isGiven: false, errors: { code: sentence("user-code-expired") } },
      "too many attempts": { ...cliCode, isGiven: false, errors: { form: wait } },
      "of another account": {
        ...cliCode,
        ...frame(LONG),
        isGiven: false,
        errors: { form: sentence("another-account", LONG) }
      }
    },
    cliLogin: {
      undecided: cliLogin,
      "in another network": { ...cliLogin, network: "other", address: "2001:db8:85a3:1319:8a2e:1370:7334:7348" },
      "in another network, refused": { ...cliLogin, network: "other", isNetworkRefused: true },
      "in an unknown network, refused": { ...cliLogin, network: "unknown", isNetworkRefused: true, address: null },
      "a session": {
        ...cliLogin,
        result: { kind: "session", idle: 3_600_000, absolute: 43_200_000 },
        scopes: [],
        agent: null
      },
      "no scopes": { ...cliLogin, scopes: [], network: "unknown", address: null },
      "an old log-in": { ...cliLogin, asksCurrentPassword: true },
      "a wrong password": {
        ...cliLogin,
        asksCurrentPassword: true,
        errors: { current_password: sentence("current-password-wrong") }
      },
      "too many tokens": { ...cliLogin, errors: { form: sentence("too-many-tokens", 50) } },
      "too many attempts": { ...cliLogin, asksCurrentPassword: true, errors: { form: wait } },
      "without the code": { ...cliLogin, code: null },
      "without the code, refused": { ...cliLogin, code: null, errors: { code: sentence("user-code-missing") } },
      approved: { ...cliLogin, state: approved, actions: [lookAgain] },
      "approved, with the number": {
        ...cliLogin,
        state: { ...approved, hasNumber: true, number: "048213" },
        actions: [lookAgain]
      },
      "approved, after the number": { ...cliLogin, state: { ...approved, hasNumber: true }, actions: [lookAgain] },
      "approved, a wrong number": {
        ...cliLogin,
        state: { ...approved, hasNumber: true, attemptsLeft: 1 },
        asksCurrentPassword: true,
        actions: [lookAgain]
      },
      denied: { ...cliLogin, state: { name: "denied", by: "user" }, actions: [toList] },
      "denied before": {
        ...cliLogin,
        state: { name: "denied", by: "user" },
        notice: noticeOf("denied-before", texts),
        actions: [toList]
      },
      "denied for wrong numbers": { ...cliLogin, state: { name: "denied", by: "number" }, actions: [toList] },
      "denied for a change": { ...cliLogin, state: { name: "denied", by: "change" }, actions: [toList] },
      "logged in with a token": {
        ...cliLogin,
        state: { name: "logged-in", at: ago(0) },
        actions: [{ label: said.loggedIn.tokens, href: site.paths.tokens }]
      },
      "logged in with a session, too late to deny": {
        ...cliLogin,
        result: { kind: "session", idle: 3_600_000, absolute: 43_200_000 },
        state: { name: "logged-in", at: ago(0) },
        notice: noticeOf("collected-before", texts),
        actions: [{ label: said.loggedIn.sessions, href: "/profile/#sessions" }]
      },
      expired: {
        ...cliLogin,
        state: { name: "expired" },
        actions: [{ label: said.enterCode, href: site.paths.cliLogin }, toList]
      },
      "long names": {
        ...cliLogin,
        ...frame(LONG),
        program: LONG,
        agent: LONG.slice(0, 40),
        network: "other",
        scopes: cliLogin.scopes.map(() => ({ name: LONG, about: LONG })),
        state: undecided
      },
      "from right to left": { ...cliLogin, ...frame(RIGHT_TO_LEFT), program: RIGHT_TO_LEFT, agent: RIGHT_TO_LEFT },
      "a long name, with the number": {
        ...cliLogin,
        program: LONG,
        state: { ...approved, hasNumber: true, number: "999999" }
      }
    },
    ask: {
      "to end a session": asking(texts.sessions.ask.one, "Firefox on Linux, 203.0.113.7", [
        { label: texts.sessions.userAgent, value: session.userAgent ?? "" }
      ]),
      "to act as somebody": {
        ...ask,
        ...chief(),
        ...texts.admin.ask.actAs,
        question: texts.admin.ask.actAs.question("grace"),
        facts: [{ label: texts.account.name, value: "grace" }],
        fields: [
          {
            kind: "text",
            name: "reason",
            label: texts.admin.ask.actAs.reason,
            hint: texts.admin.ask.actAs.reasonHint,
            value: ""
          },
          currentPassword
        ],
        isHarmless: true,
        back: { label: texts.admin.ask.back, href: "/admin/users/u2" }
      },
      "to delete a user": {
        ...ask,
        ...chief(),
        ...texts.admin.ask.remove,
        question: texts.admin.ask.remove.question(LONG_EMAIL),
        errors: { form: sentence("last-superuser-other") },
        back: { label: texts.admin.ask.back, href: "/admin/users/u2" }
      },
      "to end all others": { ...ask, ...texts.sessions.ask.others, back: back(texts.sessions.ask.others), facts: [] },
      "to log out here": { ...ask, ...texts.sessions.ask.here, back: back(texts.sessions.ask.here), facts: [] },
      "to revoke a token": asking(texts.tokens.ask.revoke, token.name),
      "to rotate a token": { ...asking(rotate, token.name), fields: [choice] },
      "to rotate, refused": {
        ...asking(rotate, LONG, [{ label: LONG, value: LONG }]),
        ...frame(LONG),
        fields: [choice, currentPassword],
        errors: { form: wait, current_password: sentence("current-password-wrong") }
      },
      "from right to left": asking(texts.tokens.ask.revoke, RIGHT_TO_LEFT),
      "to download all data": { ...about("download", "ada"), isHarmless: true },
      "to delete the account": about("remove", "ada"),
      "to delete the account, with a password": { ...about("remove", "ada"), fields: [currentPassword] },
      "to delete the account, refused": {
        ...about("remove", LONG_EMAIL),
        fields: [currentPassword],
        errors: { form: sentence("last-superuser"), current_password: sentence("current-password-wrong") }
      }
    },
    message: {
      ...Object.fromEntries(
        ([403, 404, 405, 500] as const).map((status) => [status, { ...message, ...problems.byStatus[status], status }])
      ),
      "429, for how long": passing(429),
      "503, for how long": passing(503),
      "behind a proxy with passwords": {
        ...message,
        ...problems.byStatus[400],
        text: problems.byCode["foreign-credential"],
        status: 400
      },
      "from another site": forbidden("forged-request"),
      "no deletion of accounts": forbidden("account-deletion-disabled"),
      "only for administrators": {
        ...forbidden("admin-required"),
        actions: [{ label: problems.steps.otherAccount, href: site.paths.logout }, home]
      },
      "acting as somebody": {
        ...message,
        ...actingAs("grace"),
        title: texts.admin.acting.title,
        text: texts.admin.acting.until("grace"),
        status: null,
        actions: [{ label: texts.admin.acting.go(site.name), href: "/" }]
      },
      "acting as a long name": { ...forbidden("role-required"), ...actingAs(LONG) },
      "only for the user themselves": {
        ...forbidden("impersonation-forbidden"),
        ...actingAs("grace"),
        actions: [{ label: problems.steps.stopActing, href: site.paths.impersonation, method: "post" }, home]
      },
      "in development mode": { ...message, site: inDevMode },
      "acting in development mode": { ...forbidden("role-required"), ...actingAs("grace"), site: inDevMode },
      "no error": { ...message, ...frame("ada"), title: "Done", text: "All is there.", status: null, actions: [] },
      "long words": {
        ...message,
        ...frame(LONG),
        site: { ...site, name: LONG },
        title: LONG,
        text: LONG.repeat(3),
        actions: [
          { label: LONG, href: "/a" },
          { label: LONG, href: "/b" }
        ]
      }
    }
  }
}
