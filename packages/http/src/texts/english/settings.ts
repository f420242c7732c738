import { type RuntimePath, runtimeEntries } from "@latchkey/core"

/** The page on which administrators change settings. The names of the settings are those of the reference, in every language. */
export const settings = {
  title: "Settings",
  intro:
    "What you change here takes effect within seconds, on every process of this site. Leave a field empty to use the default.",
  submit: "Save settings",
  on: "On",
  off: "Off",
  usual: (value: string) => `Default: ${value}.`,
  usualChoice: (value: string) => `Default (${value})`,
  nextStart: "A change takes effect when the program starts the next time.",
  pending: (value: string) => `From the next start on: ${value}.`,
  locked: "The program or its environment says so. It cannot be changed here.",
  groups: {
    general: { title: "General", hint: "What the site is called, and who can get in." },
    sessions: { title: "Sessions", hint: "How long people stay logged in." },
    tokens: { title: "Access tokens", hint: "What programs use in place of a password." },
    cliLogin: { title: "Programs that log in", hint: "Command-line programs that ask a browser for access." },
    passwords: { title: "Passwords", hint: "What a new password must be." },
    recovery: { title: "Links in mails", hint: "How long they are valid." },
    throttle: { title: "Limits", hint: "How many attempts are allowed before people must wait." }
  },
  save: { title: "Save", hint: "All changes are saved together, or none of them." },
  /** What each setting does. In English, the sentences are those of the table of options. */
  about: Object.fromEntries(
    runtimeEntries.map(({ path, setting }) => [path, setting.about.replace(/`([^`]+)`/g, "\u201C$1\u201D")])
  ) as Readonly<Record<RuntimePath, string>> // one for each path
} as const
