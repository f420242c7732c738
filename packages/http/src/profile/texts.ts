import type { Notice } from "../page/notice.tsx"

/** What the profile says. */
export const profileTexts = {
  title: "Your profile",
  loggedInAs: "Logged in as",
  mustChange: "Someone else chose your password.",
  mustChangeLink: "Choose a new one",
  mustChangeRest: "that only you know.",
  details: {
    title: "Your details",
    hint: "What you log in with.",
    either: "You can log in with either.",
    submit: "Save details"
  },
  password: {
    title: "Password",
    hint: "Changing it ends your sessions everywhere else, and all your access tokens.",
    new: "New password",
    again: "New password again",
    submit: "Change password"
  },
  /** By the word in the address that leads here. */
  notices: {
    details: { kind: "success", text: "Your details were saved." },
    password: {
      kind: "success",
      text: "Your password was changed. Every other session and every access token was ended."
    },
    session: { kind: "success", text: "The session was ended." },
    sessions: { kind: "success", text: "All other sessions were ended." }
  } satisfies Readonly<Record<string, Notice>>
} as const
