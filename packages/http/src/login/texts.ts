import type { Notice } from "../page/notice.tsx"

/** The texts of the login and logout pages. */
export const loginTexts = {
  title: "Log in",
  name: { username: "Username", email: "E-mail address", both: "Username or e-mail address" },
  password: "Password",
  submit: "Log in",
  newHere: "New here?",
  register: "Create an account",
  /** By the value of `done` in the address. */
  notices: {
    setup: { kind: "success", text: "The administrator account was created. Log in to continue." },
    registered: { kind: "success", text: "Your account was created. Verify your e-mail address, then log in." },
    fresh: { kind: "information", text: "Log in again to continue. This action needs a recent log-in." }
  } satisfies Readonly<Record<string, Notice>>,
  foreignCredential: {
    kind: "warning",
    text: 'Your browser also sends a user name and password that this site does not know, probably those of a proxy in front of it. While it does, a log-in has no effect. The operator of the proxy can set proxy_set_header Authorization "" in nginx, or the same in another proxy.'
  } satisfies Notice,
  /** The same text for every reason (ENU-01). */
  invalidCredentials: "These log-in details are incorrect. Check them and try again.",
  notVerified: "Verify your e-mail address first. Follow the link in the message sent to it.",
  logout: {
    title: "Log out",
    heading: "Log out?",
    loggedInAs: "You are logged in as",
    othersStay: "Your sessions in other browsers and programs stay open.",
    submit: "Log out",
    stay: "Stay logged in"
  }
} as const
