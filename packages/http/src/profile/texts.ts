import type { Notice } from "../page/notice.tsx"

/** The texts of the profile page. */
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
    hint: "Changing your password ends all your other sessions and revokes all your access tokens.",
    new: "New password",
    again: "Confirm new password",
    submit: "Change password"
  },
  /** By the value of `done` in the address. */
  notices: {
    details: { kind: "success", text: "Your details were saved." },
    password: {
      kind: "success",
      text: "Your password was changed. All other sessions were ended and all access tokens were revoked."
    },
    session: { kind: "success", text: "The session was ended." },
    sessions: { kind: "success", text: "All other sessions were ended." }
  } satisfies Readonly<Record<string, Notice>>
} as const
