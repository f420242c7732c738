import type { Texts } from "../texts.ts"

export const sessions: Texts["sessions"] = {
  title: "Sitzungen",
  hint: "Hier sind Sie angemeldet. Wenn Sie eine Sitzung nicht wiedererkennen, beenden Sie sie und ändern Sie Ihr Passwort.",
  current: "Diese Sitzung",
  started: "Beginn",
  lastSeen: "Zuletzt",
  ip: "IP-Adresse",
  userAgent: "User-Agent",
  end: "Sitzung beenden",
  endAbout: (name, started, isCurrent) => ` (${isCurrent ? "diese: " : ""}${name}, begonnen am ${started})`,
  older: "Ältere Sitzungen",
  endOthers: "Alle anderen Sitzungen beenden",
  kinds: { browser: "Browser", bearer: "Programm" },
  agentOn: (browser, system) => `${browser} auf ${system}`
}
