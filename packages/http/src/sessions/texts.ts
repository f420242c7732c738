/** The texts about sessions, and those that ask for the current password. */
export const sessionTexts = {
  title: "Sessions",
  hint: "Where you are logged in. If you do not recognise a session, end it and change your password.",
  current: "This session",
  started: "Started",
  lastSeen: "Last seen",
  ip: "IP address",
  userAgent: "User agent",
  end: "End session",
  endAbout: (name: string, started: string, isCurrent: boolean) =>
    ` (${isCurrent ? "this one: " : ""}${name}, started ${started})`,
  older: "Older sessions",
  endOthers: "End all other sessions",
  kinds: { browser: "Browser", bearer: "Program" },
  agentOn: (browser: string, system: string) => `${browser} on ${system}`,
  notFresh: "Enter your current password.",
  wrongPassword: "This is not your current password. Try again."
} as const
