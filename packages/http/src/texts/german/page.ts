import type { Texts } from "../texts.ts"

const MONTHS = ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."]

/** In the dative, which "vor" needs. */
const UNITS = {
  day: ["Tag", "Tagen"],
  hour: ["Stunde", "Stunden"],
  minute: ["Minute", "Minuten"]
} as const

export const page: Texts["page"] = {
  skipLink: "Zum Hauptinhalt springen",
  menu: "Konto",
  loggedInAs: "Angemeldet als",
  failedTitle: "Fehler: ",
  problemTitle: "Bitte prüfen Sie Ihre Angaben",
  fieldError: "Fehler: ",
  username: "Benutzername",
  email: "E-Mail-Adresse",
  currentPassword: "Aktuelles Passwort",
  currentPasswordHint: "Damit bestätigen Sie, dass Sie es sind.",
  passwordHint: (minimum, maximum) =>
    `${minimum} bis ${maximum} Zeichen. Mehrere Wörter, die nichts miteinander zu tun haben, eignen sich gut. Leerzeichen sind erlaubt.`,
  optional: "Freiwillig.",
  eitherIsEnough: "Geben Sie einen Benutzernamen, eine E-Mail-Adresse oder beides an.",
  show: "Anzeigen",
  hide: "Verbergen",
  copy: "Kopieren",
  copied: "Kopiert",
  cancel: "Abbrechen",
  status: (status) => `Fehler ${status}`,
  navigation: { login: "Anmelden", profile: "Profil", tokens: "Token", admin: "Verwaltung", logout: "Abmelden" },
  devMode: {
    label: "Entwicklungsmodus",
    text: "Entwicklungsmodus: Wer sich registriert, wird Administrator. Schalten Sie unsafeDevMode aus, bevor andere diese Website erreichen."
  },
  acting: { label: "Handeln als jemand anderes", before: "Sie handeln als ", after: ".", stop: "Beenden" },
  day: (day, month, year) => `${day}. ${MONTHS[month]} ${year}`,
  justNow: "gerade eben",
  ago: (count, unit) => `vor ${count} ${UNITS[unit][count === 1 ? 0 : 1]}`
}
