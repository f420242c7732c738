import type { Notice } from "../page/notice.tsx"

/** What the pages to log in and out say. */
export const loginTexts = {
  title: "Log in",
  name: { username: "Username", email: "E-mail address", both: "Username or e-mail address" },
  password: "Password",
  submit: "Log in",
  newHere: "New here?",
  register: "Create an account",
  /** By the word in the address that leads here. */
  notices: {
    setup: { kind: "success", text: "The administrator was created. Log in to begin." },
    registered: { kind: "success", text: "Your account was created. Verify your e-mail address, then log in." },
    fresh: { kind: "information", text: "Log in again to continue. This action needs a recent log-in." }
  } satisfies Readonly<Record<string, Notice>>,
  /** The same for every reason there may be (ENU-01). */
  invalidCredentials: "This name and password do not match. Check both, and try again.",
  notVerified: "Verify your e-mail address first: follow the link that was sent to it.",
  logout: {
    title: "Log out",
    heading: "Log out?",
    loggedInAs: "You are logged in as",
    othersStay: "Sessions in other browsers and programs go on.",
    submit: "Log out",
    stay: "Stay logged in"
  }
} as const
