import type { Texts } from "../texts.ts"

export const mail: Texts["mail"] = {
  verify: {
    subject: (application) => `E-Mail-Adresse für ${application} bestätigen`,
    about: (application) =>
      `Jemand hat diese E-Mail-Adresse für ein Konto bei ${application} angegeben. Wenn Sie das waren, bestätigen Sie, dass die Adresse Ihnen gehört.`,
    action: "Adresse bestätigen",
    unexpected: "Wenn Sie das nicht waren, ignorieren Sie diese Nachricht. Die Adresse bleibt dann unbestätigt."
  },
  reset: {
    subject: (application) => `Neues Passwort für ${application} wählen`,
    about: (application) =>
      `Jemand hat ein neues Passwort für Ihr Konto bei ${application} angefordert. Wenn Sie das waren, wählen Sie jetzt eines.`,
    action: "Neues Passwort wählen",
    unexpected: "Wenn Sie das nicht waren, ignorieren Sie diese Nachricht. Ihr Passwort bleibt dann, wie es ist."
  },
  "change-email": {
    subject: (application) => `Neue E-Mail-Adresse für ${application} bestätigen`,
    about: (application) =>
      `Jemand möchte diese E-Mail-Adresse für ein Konto bei ${application} verwenden. Wenn Sie das waren, bestätigen Sie, dass die Adresse Ihnen gehört.`,
    action: "Diese Adresse verwenden",
    unexpected: "Wenn Sie das nicht waren, ignorieren Sie diese Nachricht. Dann ändert sich nichts."
  },
  "email-changed": {
    subject: (application) => `Die E-Mail-Adresse Ihres Kontos bei ${application} wurde geändert`,
    about: (application) =>
      `Ihr Konto bei ${application} hat jetzt eine andere E-Mail-Adresse. An diese hier gehen keine Nachrichten mehr.`,
    action: "Änderung rückgängig machen",
    unexpected:
      "Wenn Sie das nicht waren, machen Sie die Änderung rückgängig. Ihr Konto erhält dann diese Adresse zurück, alle werden davon abgemeldet, und Sie wählen ein neues Passwort.",
    final: (application) =>
      `Wenn Sie das nicht waren, wenden Sie sich sofort an die Personen, die ${application} betreiben.`
  },
  invite: {
    subject: (application) => `Ihre Einladung zu ${application}`,
    about: (application) =>
      `Für Sie wurde ein Konto bei ${application} erstellt. Wählen Sie ein Passwort, dann können Sie sich anmelden.`,
    action: "Passwort wählen",
    unexpected:
      "Wenn Sie das nicht erwartet haben, ignorieren Sie diese Nachricht. Niemand kann sich anmelden, bevor ein Passwort gewählt ist."
  },
  orOpen: "Wenn die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:",
  linkLasts: (count, unit) => `Der Link gilt ${span(count, unit)} lang und nur einmal.`,
  enterCode: "Kopieren Sie diesen Code dorthin, wo Sie danach gefragt werden:",
  codeLasts: (count, unit) => `Der Code gilt ${span(count, unit)} lang und nur einmal.`
}

/** In the accusative. */
const UNITS = { day: ["Tag", "Tage"], hour: ["Stunde", "Stunden"], minute: ["Minute", "Minuten"] } as const

const span = (count: number, unit: keyof typeof UNITS) => `${count} ${UNITS[unit][count === 1 ? 0 : 1]}`
