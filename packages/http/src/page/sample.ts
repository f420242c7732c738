import { english } from "../texts/english.ts"
import type { AccountForm } from "./account-fields.tsx"
import type { AskView } from "./ask-page.tsx"
import type { MessageView } from "./message.tsx"
import type { PageView } from "./view.ts"

// Plausible views, for tests that draw pages without a server.

export const passwordRule = { minimum: 15, maximum: 256 }
export const now = Date.UTC(2026, 10, 21, 20, 35)
export const ago = (minutes: number) => now - minutes * 60_000

export const account: AccountForm = { username: "ada", email: "ada@example.org" }

export const loggedOut: PageView = {
  site: {
    name: "Harbour Packages",
    home: "/",
    stylesheet: "/latchkey.css",
    hostStylesheet: null,
    script: "/latchkey.js",
    logo: null,
    unsafeDevMode: false,
    paths: {
      login: "/login",
      logout: "/logout",
      register: "/register",
      setup: "/setup/",
      password: "/password",
      profile: "/profile/",
      tokens: "/tokens/",
      admin: "/admin/users",
      settings: "/admin/settings/",
      impersonation: "/admin/impersonation/stop",
      cliLogin: "/auth/cli",
      forgot: "/forgot-password",
      verifyEmail: "/verify-email/request"
    }
  },
  texts: english,
  loggedInAs: null,
  impersonation: null,
  navigation: []
}

export const loggedIn: PageView = {
  ...loggedOut,
  loggedInAs: "ada",
  navigation: [
    { label: "Profile", href: "/profile/" },
    { label: "Tokens", href: "/tokens/" },
    { label: "Log out", href: "/logout", method: "post" }
  ]
}

export const sampleAsk: AskView = {
  ...loggedIn,
  title: "Rotate token",
  question: "Rotate the token “Nightly build”?",
  consequences: "You get a new token with the same name and access. Put it in place of the old one.",
  facts: [
    { label: "Ends in", value: "…x9Qz" },
    { label: "Created", value: ago(60 * 24 * 12) },
    { label: "Last used", value: ago(4) }
  ],
  fields: [
    {
      kind: "choice",
      name: "overlap_hours",
      label: "The old token",
      value: "",
      choices: [
        { value: "", label: "Still works for 24 hours" },
        { value: "0", label: "Stops working at once" }
      ]
    },
    { kind: "password", name: "current_password", label: "Current password", hint: "Confirms that it is you." }
  ],
  errors: {},
  action: "/tokens/t1/rotate",
  submit: "Rotate token",
  back: { label: "Leave it", href: "/tokens/#tokens" }
}

export const sampleMessage: MessageView = {
  ...loggedOut,
  title: "Page not found",
  text: "There is no page at this address. If you typed it, check the spelling.",
  code: "not-found",
  status: 404,
  actions: [{ label: "Go to the start page", href: "/" }]
}
