/** What is said of sessions, and where somebody has to prove who they are. */
export const sessionTexts = {
  title: "Sessions",
  hint: "Where you are logged in. End any you do not recognise, then change your password.",
  current: "This session",
  started: "Started",
  lastSeen: "Last seen",
  ip: "IP address",
  userAgent: "User agent",
  end: "End",
  endAbout: (name: string, started: string, isCurrent: boolean) =>
    ` ${isCurrent ? "this session" : "session"}: ${name}, started ${started}`,
  endOthers: "End all others",
  kinds: { browser: "Browser", bearer: "Program" },
  agentOn: (browser: string, system: string) => `${browser} on ${system}`,
  notFresh: "Enter your current password.",
  wrongPassword: "This is not your current password."
} as const
