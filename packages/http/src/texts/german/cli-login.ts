import type { Texts } from "../texts.ts"

const UNITS = { day: ["Tag", "Tagen"], hour: ["Stunde", "Stunden"], minute: ["Minute", "Minuten"] } as const

export const cliLogin: Texts["cliLogin"] = {
  code: {
    title: "Ein Programm anmelden",
    about:
      "Ein Programm zeigt Ihnen einen Code, wenn es sich anmelden will. Geben Sie ihn ein, um zu sehen, welches Programm es ist.",
    aboutGiven:
      "Vergleichen Sie diesen Code mit dem, den das Programm zeigt. Fahren Sie nur fort, wenn beide gleich sind.",
    onlyYours:
      "Fahren Sie nur fort, wenn Sie das Programm selbst gestartet haben. Niemand sonst hat einen Grund, Ihnen einen Code zu schicken.",
    label: "Code",
    hint: "Acht Buchstaben, zum Beispiel BCDF-GHJK.",
    submit: "Weiter"
  },
  undecided: {
    title: "Dieses Programm anmelden?",
    heading: { before: "„", after: "“ mit Ihrem Konto anmelden?" },
    onlyYours:
      "Erlauben Sie es nur, wenn Sie dieses Programm gerade selbst gestartet haben. Wenn Ihnen jemand den Code oder einen Link geschickt hat, lehnen Sie ab.",
    otherNetwork:
      "Das Programm läuft in einem anderen Netz als dieser Browser. Das ist üblich, wenn es auf einem Server läuft. Wenn Sie es auf diesem Computer gestartet haben, lehnen Sie ab.",
    otherNetworkRefused:
      "Das Programm läuft in einem anderen Netz als dieser Browser. Diese Website lässt das nicht zu. Sie können nur ablehnen.",
    unknownNetworkRefused:
      "Diese Website weiß nicht, in welchem Netz das Programm läuft, und lässt das nicht zu. Sie können nur ablehnen.",
    codeNeeded: "Um die Anmeldung zu erlauben, geben Sie den Code ein, den das Programm zeigt.",
    approve: "Erlauben",
    deny: "Ablehnen"
  },
  facts: {
    code: "Code",
    address: "Adresse",
    addressUnknown: "nicht bekannt",
    agent: "Software",
    asked: "Anfrage",
    account: "Konto",
    gives: "Erhält",
    access: "Zugriff",
    token: (lifetime) => `Ein Zugriffstoken, das nach ${lifetime} abläuft.`,
    session: (idle, absolute) =>
      `Eine Sitzung, die nach ${idle} ohne Benutzung endet, spätestens aber nach ${absolute}.`,
    identifiesOnly: "Es kann feststellen, wer Sie sind, und sonst nichts.",
    everything: "Es kann alles tun, was Sie tun können.",
    span: (count, unit) => `${count} ${UNITS[unit][count === 1 ? 0 : 1]}`
  },
  approved: {
    title: "Erlaubt",
    heading: { before: "„", after: "“ darf sich anmelden" },
    goBack: "Gehen Sie zurück zum Programm. Es meldet sich in wenigen Sekunden an. Sie können diese Seite schließen.",
    numberShown:
      "Das Programm fragt nach der Zahl, die diese Seite gezeigt hat. Wenn Sie sie nicht mehr haben, lassen Sie eine neue anzeigen.",
    attemptsLeft: (count) =>
      `Das Programm hat eine falsche Zahl gesendet. ${count === 1 ? "Ein Versuch bleibt" : `${count} Versuche bleiben`}.`,
    newNumber: "Neue Zahl",
    denyAfterAll: "Doch ablehnen",
    lookAgain: "Nachsehen, ob es angemeldet ist"
  },
  number: {
    title: "Mit einer Zahl bestätigen",
    heading: "Geben Sie diese Zahl im Programm ein",
    about: {
      before: "Sie haben „",
      after: "“ erlaubt, sich anzumelden. Vorher fragt es nach dieser Zahl. Geben Sie die Zahl sonst niemandem."
    },
    once: "Diese Seite zeigt die Zahl nur einmal an. Eine neue Zahl ersetzt sie."
  },
  denied: {
    title: "Abgelehnt",
    heading: { before: "„", after: "“ darf sich nicht anmelden" },
    by: {
      user: "Sie haben das Programm abgelehnt. Es erhält nichts. Sie können diese Seite schließen.",
      number:
        "Das Programm hat dreimal eine falsche Zahl gesendet und wurde abgelehnt. Wenn es Ihres ist, starten Sie es noch einmal.",
      change:
        "Nachdem Sie das Programm erlaubt hatten, hat sich Ihre Anmeldung oder Ihr Konto geändert. Deshalb wurde es abgelehnt. Wenn es Ihres ist, starten Sie es noch einmal."
    }
  },
  loggedIn: {
    title: "Das Programm ist angemeldet",
    heading: { before: "„", after: "“ hat sich angemeldet" },
    token:
      "Es hat ein Zugriffstoken für Ihr Konto erhalten. Wenn das nicht richtig ist, widerrufen Sie das Token sofort.",
    session: "Es hat eine Sitzung für Ihr Konto erhalten. Wenn das nicht richtig ist, beenden Sie die Sitzung sofort.",
    tokens: "Zu Ihren Zugriffstoken",
    sessions: "Zu Ihren Sitzungen"
  },
  expired: {
    title: "Der Code ist abgelaufen",
    heading: { before: "Der Code von „", after: "“ ist abgelaufen" },
    text: "Das Programm hat sich nicht angemeldet. Beginnen Sie im Programm von vorn und geben Sie den neuen Code ein."
  },
  enterCode: "Anderen Code eingeben",
  toList: "Zu Ihren Programmen",
  list: {
    title: "Anmeldungen von Programmen",
    hint: "Programme, deren Code Sie eingegeben haben. Lehnen Sie jedes ab, das Sie nicht kennen.",
    states: {
      undecided: "Wartet auf Sie",
      approved: "Erlaubt",
      denied: "Abgelehnt",
      "logged-in": "Angemeldet",
      expired: "Abgelaufen"
    },
    asked: "Anfrage",
    from: "Von",
    look: "Ansehen",
    deny: "Ablehnen",
    older: "Ältere Programme",
    newest: "Neueste Programme"
  }
}
