/** The sessions of a user, on the profile page, and the questions before they end. */
export const sessions = {
  title: "Sessions",
  hint: "Where you are logged in. If you do not recognise a session, end it and change your password.",
  current: "This session",
  acting: "An administrator acts as you",
  reason: "Reason",
  started: "Started",
  lastSeen: "Last seen",
  userAgent: "User agent",
  end: "End session",
  endHere: "Log out here",
  older: "Older sessions",
  newest: "Newest sessions",
  endOthers: "End all other sessions",
  kinds: { browser: "Browser", bearer: "Program" },
  agentOn: (browser: string, system: string) => `${browser} on ${system}`,
  nameAt: (name: string, address: string) => `${name}, ${address}`,
  ask: {
    one: {
      title: "End session",
      question: (name: string) => `End the session of ${name}?`,
      consequences: "Whoever uses it is logged out at once.",
      submit: "End session",
      back: "Keep it"
    },
    here: {
      title: "Log out here",
      question: "Log out here?",
      consequences: "You will be logged out in this browser.",
      submit: "Log out here",
      back: "Stay logged in"
    },
    others: {
      title: "End all other sessions",
      question: "End all other sessions?",
      consequences:
        "Your other browsers and programs are logged out at once. You stay logged in here, and your access tokens stay valid.",
      submit: "End all other sessions",
      back: "Keep them"
    }
  }
} as const
