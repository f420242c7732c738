import type { Texts } from "../texts.ts"

export const sessions: Texts["sessions"] = {
  title: "Sitzungen",
  hint: "Hier sind Sie angemeldet. Wenn Sie eine Sitzung nicht wiedererkennen, beenden Sie sie und ändern Sie Ihr Passwort.",
  current: "Diese Sitzung",
  acting: "Jemand aus der Verwaltung handelt für Sie",
  reason: "Grund",
  started: "Beginn",
  lastSeen: "Zuletzt",
  userAgent: "User-Agent",
  end: "Sitzung beenden",
  endHere: "Hier abmelden",
  older: "Ältere Sitzungen",
  newest: "Neueste Sitzungen",
  endOthers: "Alle anderen Sitzungen beenden",
  kinds: { browser: "Browser", bearer: "Programm" },
  agentOn: (browser, system) => `${browser} auf ${system}`,
  nameAt: (name, address) => `${name}, ${address}`,
  ask: {
    one: {
      title: "Sitzung beenden",
      question: (name) => `Sitzung beenden: ${name}?`,
      consequences: "Wer sie benutzt, wird sofort abgemeldet.",
      submit: "Sitzung beenden",
      back: "Nicht beenden"
    },
    here: {
      title: "Hier abmelden",
      question: "Hier abmelden?",
      consequences: "Sie werden in diesem Browser abgemeldet.",
      submit: "Hier abmelden",
      back: "Angemeldet bleiben"
    },
    others: {
      title: "Alle anderen Sitzungen beenden",
      question: "Alle anderen Sitzungen beenden?",
      consequences:
        "Ihre anderen Browser und Programme werden sofort abgemeldet. Hier bleiben Sie angemeldet, und Ihre Zugriffstoken gelten weiter.",
      submit: "Alle anderen Sitzungen beenden",
      back: "Nicht beenden"
    }
  }
}
