/** The mails. They name nothing that a user chose, such as a username: nobody can make them say what they want. */
export const mail = {
  verify: {
    subject: (application: string) => `Verify your e-mail address for ${application}`,
    about: (application: string) =>
      `Somebody gave this e-mail address for an account at ${application}. If it was you, verify that the address is yours.`,
    action: "Verify this address",
    unexpected: "If it was not you, ignore this message. The address then stays unverified."
  },
  reset: {
    subject: (application: string) => `Choose a new password for ${application}`,
    about: (application: string) =>
      `Somebody asked for a new password for your account at ${application}. If it was you, choose one now.`,
    action: "Choose a new password",
    unexpected: "If it was not you, ignore this message. Your password then stays as it is."
  },
  "change-email": {
    subject: (application: string) => `Verify your new e-mail address for ${application}`,
    about: (application: string) =>
      `Somebody wants to use this e-mail address for their account at ${application}. If it was you, verify that the address is yours.`,
    action: "Use this address",
    unexpected: "If it was not you, ignore this message. Nothing changes then."
  },
  "email-changed": {
    subject: (application: string) => `The e-mail address of your account at ${application} was changed`,
    about: (application: string) =>
      `Your account at ${application} has another e-mail address now. Messages no longer go to this one.`,
    action: "Undo the change",
    unexpected:
      "If it was not you, undo the change. Your account then gets this address back, everybody is logged out of it, and you choose a new password.",
    /** In place of the last, if the change cannot be undone. */
    final: (application: string) => `If it was not you, tell the people who run ${application} at once.`
  },
  invite: {
    subject: (application: string) => `Your invitation to ${application}`,
    about: (application: string) =>
      `An account at ${application} was created for you. Choose a password, and you can log in.`,
    action: "Choose a password",
    unexpected: "If you did not expect this, ignore this message. Nobody can log in until a password is chosen."
  },
  /** Stands before the link itself, below the button. */
  orOpen: "If the button does not work, open this link:",
  linkLasts: (count: number, unit: "day" | "hour" | "minute") => `The link works once, for ${span(count, unit)}.`,
  /** Stands before a code, where there is no page that a link could lead to. */
  enterCode: "Copy this code to where you are asked for it:",
  codeLasts: (count: number, unit: "day" | "hour" | "minute") => `The code works once, for ${span(count, unit)}.`
} as const

const span = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"}`
