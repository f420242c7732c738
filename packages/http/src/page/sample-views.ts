import type {
  LoginView,
  LogoutView,
  MessageView,
  PageView,
  ProfileView,
  RegisterView,
  SessionView,
  SetupView,
  TokensView,
  TokenView
} from "./view.ts"

const passwordRule = { minimum: 15, maximum: 256 }
const now = Date.UTC(2026, 10, 21, 20, 35)
const ago = (minutes: number) => now - minutes * 60_000

const loggedOut: PageView = {
  site: {
    name: "Harbour Packages",
    home: "/",
    stylesheet: "/latchkey.css",
    paths: {
      login: "/login",
      logout: "/logout",
      register: "/register",
      setup: "/setup/",
      profile: "/profile/",
      profileDetails: "/profile/details",
      profilePassword: "/profile/password",
      revokeOtherSessions: "/sessions/revoke-others",
      tokens: "/tokens/"
    }
  },
  navigation: []
}

const loggedIn: PageView = {
  ...loggedOut,
  navigation: [
    { label: "Profile", href: "/profile/" },
    { label: "Tokens", href: "/tokens/" },
    { label: "Log out", href: "/logout", method: "post" }
  ]
}

const session = (id: string, rest: Partial<SessionView>): SessionView => ({
  id,
  isCurrent: false,
  kind: "browser",
  createdAt: ago(130),
  lastSeenAt: ago(4),
  ip: null,
  userAgent: null,
  revokePath: `/sessions/${id}/revoke`,
  ...rest
})

const login: LoginView = {
  ...loggedOut,
  logins: "both",
  username: "",
  next: "/packages/?page=2",
  registrationOpen: true,
  notice: null,
  errors: {}
}

const register: RegisterView = {
  ...loggedOut,
  logins: "both",
  username: "",
  email: "",
  passwordRule,
  next: null,
  errors: {}
}

const setup: SetupView = {
  ...loggedOut,
  logins: "both",
  username: "",
  email: "",
  passwordRule,
  token: { kind: "asked" },
  errors: {}
}

const profile: ProfileView = {
  ...loggedIn,
  navigation: loggedIn.navigation.map((entry) => ({ ...entry, current: entry.href === "/profile/" })),
  logins: "both",
  user: { username: "ada", email: "ada@example.org" },
  details: { username: "ada", email: "ada@example.org", errors: {} },
  asksCurrentPassword: true,
  passwordRule,
  passwordErrors: {},
  mustChangePassword: false,
  canLogOut: true,
  sessions: [
    session("s1", {
      isCurrent: true,
      lastSeenAt: now,
      ip: "203.0.113.7",
      userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"
    }),
    session("s2", {
      createdAt: ago(4_000),
      lastSeenAt: ago(190),
      ip: "2001:db8:85a3::8a2e:370:7334",
      userAgent:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1"
    }),
    session("s3", { kind: "bearer", ip: "198.51.100.22", userAgent: "harbour-cli/2.1.0" })
  ],
  now,
  notice: null
}

const token = (id: string, rest: Partial<TokenView>): TokenView => ({
  id,
  name: "Nightly build",
  hint: "x9Qz",
  scopes: ["packages:read", "packages:write"],
  createdAt: ago(60 * 24 * 12),
  expiresAt: now + 78 * 86_400_000,
  lastUsedAt: ago(4),
  isReplaced: false,
  isImported: false,
  revokePath: `/tokens/${id}/revoke`,
  rotatePath: `/tokens/${id}/rotate`,
  ...rest
})

const tokens: TokensView = {
  ...loggedIn,
  navigation: loggedIn.navigation.map((entry) => ({ ...entry, current: entry.href === "/tokens/" })),
  user: { username: "ada", email: "ada@example.org" },
  tokens: [
    token("t1", {}),
    token("t2", { name: "Laptop", hint: "0aZb", scopes: [], lastUsedAt: null, expiresAt: null }),
    token("t3", {
      name: "Old build server",
      isReplaced: true,
      expiresAt: now + 7 * 3_600_000,
      scopes: ["packages:read"]
    }),
    token("t4", { name: "Mirror", hint: "", isImported: true, scopes: ["packages:read"] })
  ],
  issued: null,
  scopes: [
    { name: "packages:read", about: "Download packages", field: "scope:packages:read", isChosen: false },
    { name: "packages:write", about: "Upload packages", field: "scope:packages:write", isChosen: false }
  ],
  lifetimes: ["7", "30", "90", "365"],
  form: { name: "", expiresInDays: "90", errors: {} },
  asksCurrentPassword: false,
  overlap: 24 * 3_600_000,
  now,
  notice: null
}

const logout: LogoutView = { ...loggedIn, user: "ada", back: "/profile/" }

const message: MessageView = {
  ...loggedOut,
  title: "Page not found",
  text: "There is nothing at this address. If you typed it, check the spelling.",
  status: 404,
  link: { label: "Go to the start page", href: "/" }
}

/** A plausible view for each page, so that hosts who write their own can look at them and test them without a server. */
export const sampleViews = { login, register, setup, profile, tokens, logout, message }
