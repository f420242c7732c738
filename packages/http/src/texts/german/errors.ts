import type { Texts } from "../texts.ts"
import { wait } from "./wait.ts"

export const errors: Texts["errors"] = {
  "name-missing": "Geben Sie einen Benutzernamen oder eine E-Mail-Adresse ein.",
  "username-missing": "Geben Sie einen Benutzernamen ein.",
  "username-too-long": "Dieser Benutzername ist zu lang. Wählen Sie einen kürzeren.",
  "username-malformed":
    "Dieser Benutzername ist nicht gültig. Prüfen Sie ihn auf Tippfehler und ungewöhnliche Zeichen.",
  "username-reserved": "Dieser Benutzername ist reserviert. Wählen Sie einen anderen.",
  "username-mixed-scripts": "Dieser Benutzername mischt Buchstaben verschiedener Alphabete. Verwenden Sie nur eines.",
  "username-taken": "Dieser Benutzername ist schon vergeben. Wählen Sie einen anderen.",
  "email-missing": "Geben Sie eine E-Mail-Adresse ein.",
  "email-too-long": "Diese E-Mail-Adresse ist zu lang. Verwenden Sie eine kürzere.",
  "email-malformed": "Diese E-Mail-Adresse ist nicht gültig. Prüfen Sie sie auf Tippfehler und ungewöhnliche Zeichen.",
  "email-reserved": "Diese E-Mail-Adresse ist reserviert. Verwenden Sie eine andere.",
  "email-mixed-scripts": "Diese E-Mail-Adresse mischt Buchstaben verschiedener Alphabete. Verwenden Sie nur eines.",
  "email-taken": "Diese E-Mail-Adresse ist schon vergeben. Verwenden Sie eine andere.",
  "password-too-short":
    "Dieses Passwort ist zu kurz. Kombinieren Sie mehrere Wörter, die nichts miteinander zu tun haben.",
  "password-too-long": "Dieses Passwort ist zu lang. Verwenden Sie ein kürzeres.",
  "password-malformed": "Dieses Passwort enthält ein ungültiges Zeichen. Geben Sie es noch einmal ein.",
  "password-common":
    "Dieses Passwort gehört zu den ersten, die bei einem Angriff ausprobiert werden. Wählen Sie eines, auf das niemand sonst käme.",
  "password-contains-name":
    "Dieses Passwort besteht aus einem Namen, den andere kennen. Wählen Sie eines, das weder Ihren Namen noch den Namen dieser Website enthält.",
  "email-refused": (reason: string) => reason,
  "password-refused": (reason: string) => reason,
  "registration-refused": (reason: string) => reason,
  "password-unchanged": "Das ist Ihr aktuelles Passwort. Wählen Sie ein anderes.",
  "passwords-differ": "Die beiden Passwörter stimmen nicht überein. Geben Sie beide noch einmal ein.",
  "current-password-missing": "Geben Sie Ihr aktuelles Passwort ein.",
  "current-password-wrong": "Das ist nicht Ihr aktuelles Passwort. Versuchen Sie es noch einmal.",
  "invalid-credentials": "Die Anmeldedaten stimmen nicht. Prüfen Sie sie und versuchen Sie es noch einmal.",
  "email-not-verified":
    "Bestätigen Sie zuerst Ihre E-Mail-Adresse. Folgen Sie dem Link in der Nachricht, die Sie erhalten haben.",
  "another-account": (name: string) =>
    `Sie sind jetzt als ${name} angemeldet, und dieses Formular wurde für ein anderes Konto geöffnet. Es wurde nichts geändert. Prüfen Sie es, bevor Sie es erneut absenden.`,
  "last-superuser": "Sie sind der einzige Administrator. Machen Sie zuerst jemand anderen zum Administrator.",
  "last-superuser-other": "Das ist der einzige Administrator. Machen Sie zuerst jemand anderen zum Administrator.",
  "edit-conflict":
    "Jemand anderes hat diesen Nutzer inzwischen geändert. Es wurde nichts gespeichert. Ihre Änderungen stehen noch im Formular: Vergleichen Sie sie mit dem jetzigen Stand und speichern Sie noch einmal.",
  "confirm-self":
    "Damit nehmen Sie sich selbst Rechte und werden abgemeldet. Wenn Sie das wollen, kreuzen Sie das Feld unten an und speichern Sie noch einmal.",
  "role-unknown": (role) => `Die Rolle „${role}“ gibt es nicht mehr. Lassen Sie sie weg.`,
  "password-needed": "Geben Sie ein Passwort ein. Diese Website versendet keine E-Mails und kann niemanden einladen.",
  "invitation-needs-email": "Geben Sie für die Einladung eine E-Mail-Adresse ein, oder wählen Sie ein Passwort.",
  "impersonation-off":
    "Hier kann niemand als jemand anderes handeln. Der Betreiber dieser Website hat das abgeschaltet.",
  "impersonation-self": "Sie können nicht als Sie selbst handeln.",
  "impersonation-superuser": "Hier kann niemand als ein anderer Administrator handeln.",
  "reason-too-long": "Das ist zu lang. Verwenden Sie höchstens 200 Zeichen.",
  "no-link": "Dieser Nutzer hat keine E-Mail-Adresse, an die ein Link gehen könnte.",
  "setup-token-invalid":
    "Dieses Token ist falsch oder abgelaufen. Kopieren Sie es aus der Ausgabe des letzten Serverstarts.",
  "token-name-missing": "Geben Sie einen Namen für das Token ein.",
  "token-name-too-long": "Dieser Name ist zu lang. Verwenden Sie höchstens 100 Zeichen.",
  "token-name-malformed": "Dieser Name enthält ein Zeichen, das nicht erlaubt ist. Entfernen Sie es.",
  "token-lifetime-invalid": (days) => `Geben Sie eine ganze Zahl an Tagen ein, höchstens ${days}.`,
  "scope-not-grantable": "Sie können einem Token nur Rechte geben, die Sie selbst haben.",
  "too-many-tokens": (most) => `Sie haben schon ${most} Token, mehr sind nicht möglich. Widerrufen Sie zuerst eines.`,
  "user-code-missing": "Geben Sie den Code ein, den das Programm zeigt.",
  "user-code-malformed": "Das ist kein Code. Ein Code hat acht Buchstaben und keine Vokale, zum Beispiel BCDF-GHJK.",
  "user-code-unknown":
    "Zu diesem Code gibt es keine Anfrage. Vergleichen Sie ihn mit dem, den das Programm zeigt. Wenn beide gleich sind, beginnen Sie im Programm von vorn.",
  "user-code-expired": "Dieser Code ist abgelaufen. Beginnen Sie im Programm von vorn.",
  "other-network":
    "Das Programm läuft in einem anderen Netz als dieser Browser oder in einem unbekannten. Diese Website erlaubt das nicht.",
  "settings-changed":
    "Jemand anderes hat die Einstellungen inzwischen geändert. Es wurde nichts gespeichert. Die Felder zeigen, was jetzt eingestellt ist, und was Sie selbst geändert haben. Prüfen Sie sie, und speichern Sie noch einmal.",
  "setting-least": (name, least) => `${name}: Geben Sie mindestens „${least}“ ein.`,
  "setting-duration": (name) => `${name}: Geben Sie eine Dauer wie „30 days“ oder „90 minutes“ ein.`,
  "setting-count": (name, least, most) => `${name}: Geben Sie eine ganze Zahl von ${least} bis ${most} ein.`,
  "setting-choice": (name) => `${name}: Wählen Sie einen der Werte.`,
  "setting-text": (name) => `${name}: Geben Sie 1 bis 100 Zeichen in einer Zeile ein.`,
  "setting-unfit": (name, problem) => `${name} passt nicht zu den anderen Einstellungen: „${name} ${problem}“.`,
  "too-many-attempts": (seconds) =>
    `Es gab zu viele Versuche. Es wurde nichts geändert. Versuchen Sie es in ${wait(seconds)} noch einmal.`,
  unavailable: (seconds) =>
    `Der Dienst ist vorübergehend nicht erreichbar. Versuchen Sie es in ${wait(seconds)} noch einmal.`
}
