import type { Texts } from "../texts.ts"
import { wait } from "./wait.ts"

export const problems: Texts["problems"] = {
  otherwise: { title: "Fehler", text: "Etwas ist schiefgegangen." },
  steps: {
    home: (name) => `Weiter zu ${name}`,
    tryAgain: "Noch einmal versuchen",
    login: "Anmelden",
    loginAgain: "Noch einmal anmelden",
    newPassword: "Neues Passwort wählen",
    otherAccount: "Mit einem anderen Konto anmelden",
    stopActing: "Nicht mehr als dieser Nutzer handeln",
    profile: "Zu Ihrem Profil",
    enterCode: "Einen Code eingeben",
    verifyEmail: "Link senden"
  },
  byCode: {
    "invalid-request":
      "Die Anfrage muss genau einen Authorization-Header mit genau einem Zugangsnachweis haben. Vielleicht hat ein Proxy einen weiteren hinzugefügt.",
    "foreign-credential": [
      "Ihre Anmeldung zählt nicht. Ihr Browser sendet auch einen Benutzernamen und ein Passwort, die diese Website nicht kennt und die Vorrang haben.",
      "Wahrscheinlich gehören sie zu einem Proxy vor dieser Website, der sie für sich behalten sollte.",
      'Wer den Proxy betreibt, kann in nginx proxy_set_header Authorization "" setzen oder in einem anderen Proxy das Entsprechende.'
    ].join(" "),
    "code-unknown":
      "Dieser Link ist nicht gültig. Verwenden Sie den Link der neuesten Nachricht, vollständig, oder fordern Sie einen anderen an.",
    "code-used": "Dieser Link wurde bereits verwendet.",
    "code-expired": "Dieser Link ist abgelaufen.",
    "code-changed": "Das Konto hat sich geändert, seit dieser Link gesendet wurde.",
    "no-mailer": "Diese Website versendet keine E-Mails. Bitten Sie den Betreiber um Hilfe.",
    "admin-required": "Das ist Administratorkonten vorbehalten.",
    "email-not-verified": "Dafür brauchen Sie eine bestätigte E-Mail-Adresse.",
    "insufficient-scope":
      "Sie haben dafür keine Berechtigung. Das Zugriffstoken hat nicht den Geltungsbereich (scope), der dafür nötig ist.",
    "role-required": "Ihnen fehlt die Rolle, die dafür nötig ist. Fragen Sie die Verwaltung.",
    "impersonation-forbidden":
      "Sie handeln als jemand anderes, und das kann nur diese Person selbst. Beenden Sie das zuerst.",
    "edit-conflict": "Jemand anderes hat diesen Nutzer inzwischen geändert. Es wurde nichts geändert.",
    "session-required":
      "Das geht nicht mit einem Zugriffstoken. Melden Sie sich mit Ihrem Passwort an und versuchen Sie es noch einmal.",
    "password-change-required": "Sie müssen ein neues Passwort wählen, bevor Sie etwas anderes tun können.",
    "reauthentication-required":
      "Dafür darf Ihre Anmeldung nicht lange zurückliegen. Melden Sie sich noch einmal an und versuchen Sie es dann erneut.",
    "registration-closed":
      "Hier können Sie sich nicht selbst registrieren. Bitten Sie die Administration um ein Konto.",
    "account-deletion-disabled": "Hier kann niemand das eigene Konto löschen. Wenden Sie sich an einen Administrator.",
    "setup-done": "Es gibt schon ein Administratorkonto, also ist nichts einzurichten.",
    "cli-login-disabled":
      "Programme können sich hier nicht über den Browser anmelden. Der Betreiber dieser Website hat das abgeschaltet.",
    "cli-login-not-found":
      "Zu diesem Code gibt es hier keine Anfrage. Vielleicht ist er vertippt oder zu alt, oder jemand anderes hat ihn eingegeben. Sehen Sie im Programm nach und beginnen Sie dort, wenn nötig, von vorn.",
    "cli-login-expired": "Der Code ist abgelaufen. Beginnen Sie im Programm von vorn.",
    "cli-login-decided": "Über dieses Programm wurde schon entschieden. Es wurde nichts geändert.",
    "other-network":
      "Das Programm läuft in einem anderen Netz als dieser Browser, und diese Website erlaubt das nicht. Wenn Sie das Programm nicht selbst gestartet haben, tun Sie nichts.",
    "tokens-disabled": "Hier gibt es keine Zugriffstoken. Der Betreiber dieser Website hat sie abgeschaltet.",
    "forged-request":
      "Diese Anfrage kam nicht von einer Seite dieser Website, oder Ihr Browser hat das nicht bestätigt. Öffnen Sie die Website direkt und versuchen Sie es noch einmal."
  },
  byWait: {
    429: (seconds) => `Es gab zu viele Versuche. Versuchen Sie es in ${wait(seconds)} noch einmal.`,
    503: (seconds) => `Der Dienst ist vorübergehend nicht erreichbar. Versuchen Sie es in ${wait(seconds)} noch einmal.`
  },
  byStatus: {
    400: {
      title: "Ungültige Anfrage",
      text: "Der Server hat die Anfrage nicht verstanden. Gehen Sie zurück und versuchen Sie es noch einmal."
    },
    401: {
      title: "Nicht angemeldet",
      text: "Sie sind nicht angemeldet. Melden Sie sich an und versuchen Sie es noch einmal."
    },
    403: { title: "Nicht erlaubt", text: "Sie haben dafür keine Berechtigung." },
    404: { title: "Seite nicht gefunden", text: "Unter dieser Adresse gibt es keine Seite." },
    405: { title: "Methode nicht erlaubt", text: "Diese Adresse nimmt Anfragen dieser Art nicht an." },
    409: {
      title: "Konflikt",
      text: "In der Zwischenzeit hat sich etwas geändert. Gehen Sie zurück und versuchen Sie es noch einmal."
    },
    410: { title: "Nicht mehr vorhanden", text: "Das gibt es nicht mehr. Beginnen Sie von vorn." },
    413: { title: "Zu viele Daten", text: "Sie haben mehr Daten gesendet, als der Server annimmt." },
    415: { title: "Format nicht unterstützt", text: "Dieser Server nimmt keine Daten in diesem Format an." },
    422: {
      title: "Angaben unvollständig oder ungültig",
      text: "Im Formular fehlt eine Angabe, oder eine ist ungültig. Gehen Sie zurück und prüfen Sie es."
    },
    429: {
      title: "Zu viele Versuche",
      text: "Es gab zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal."
    },
    500: {
      title: "Interner Fehler",
      text: "Auf dem Server ist etwas schiefgegangen. Versuchen Sie es später noch einmal."
    },
    503: {
      title: "Dienst nicht erreichbar",
      text: "Der Dienst ist vorübergehend nicht erreichbar. Versuchen Sie es gleich noch einmal."
    }
  }
}
