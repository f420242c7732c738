/** The sessions of a user, on the profile page. */
export const sessions = {
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
  agentOn: (browser: string, system: string) => `${browser} on ${system}`
} as const
