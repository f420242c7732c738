import type { Texts } from "../texts.ts"

export const account: Texts["account"] = {
  title: "Ihre Daten",
  hint: "Was hier über Sie gespeichert ist.",
  name: "Konto",
  download: {
    title: "Ihre Daten herunterladen",
    question: "Ihre Daten herunterladen?",
    consequences:
      "Sie erhalten eine Datei mit allem, was hier über Sie gespeichert ist: Ihr Konto, Ihre Sitzungen, Zugriffstoken und Programme und das Protokoll der Ereignisse. Passwörter und andere Geheimnisse sind nicht darin. Bewahren Sie die Datei so auf, dass niemand sonst sie lesen kann.",
    submit: "Herunterladen",
    back: "Zurück zum Profil"
  },
  remove: {
    title: "Ihr Konto löschen",
    question: "Ihr Konto löschen?",
    consequences:
      "Ihr Konto, alle Sitzungen, Zugriffstoken und Programme werden sofort gelöscht. Das lässt sich nicht rückgängig machen. Nur das Sicherheitsprotokoll bleibt, bis seine Zeit abgelaufen ist. Darin stehen eine Kennung statt Ihres Namens sowie die Adressen und Browser, die Sie benutzt haben.",
    submit: "Konto löschen",
    back: "Konto behalten"
  }
}
