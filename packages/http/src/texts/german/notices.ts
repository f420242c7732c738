import type { Texts } from "../texts.ts"

export const notices: Texts["notices"] = {
  setup: "Das Administratorkonto wurde erstellt. Melden Sie sich an, um fortzufahren.",
  registered: "Ihr Konto wurde erstellt. Bestätigen Sie Ihre E-Mail-Adresse und melden Sie sich dann an.",
  fresh:
    "Melden Sie sich noch einmal an, um fortzufahren. Für diesen Schritt darf Ihre Anmeldung nicht lange zurückliegen.",
  ended: "Ihre Sitzung ist beendet. Melden Sie sich noch einmal an, um fortzufahren.",
  "logged-out": "Sie sind abgemeldet.",
  "account-deleted": "Ihr Konto wurde gelöscht.",
  "foreign-credential":
    'Ihr Browser sendet auch einen Benutzernamen und ein Passwort, die diese Website nicht kennt, wahrscheinlich für einen Proxy, der davor steht. Solange er das tut, bleibt eine Anmeldung ohne Wirkung. Wer den Proxy betreibt, kann in nginx proxy_set_header Authorization "" setzen oder in einem anderen Proxy das Entsprechende.',
  "mail-sent":
    "Wenn es ein solches Konto gibt, ist ein Link unterwegs. Das kann einige Minuten dauern. Sehen Sie auch im Spam-Ordner nach.",
  reset: "Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen an.",
  joined: "Ihr Passwort ist festgelegt. Melden Sie sich damit an.",
  verified: "Ihre E-Mail-Adresse ist bestätigt.",
  "email-requested": "Ein Link ging an die neue Adresse. Die Adresse ändert sich, sobald Sie ihm folgen.",
  "email-cancelled": "Ihre Adresse bleibt, wie sie ist.",
  "email-changed": "Ihre E-Mail-Adresse wurde geändert.",
  "email-undone":
    "Das Konto hat wieder seine frühere Adresse. Ein Link, mit dem Sie ein neues Passwort wählen, ging dorthin.",
  "other-account": "Erledigt. Es betraf ein anderes Konto als das, in dem Sie angemeldet sind.",
  settings:
    "Die Einstellungen wurden gespeichert. Jeder Prozess dieser Website verwendet sie innerhalb von fünf Sekunden.",
  details: "Ihre Angaben wurden gespeichert.",
  password:
    "Ihr Passwort wurde geändert. Alle anderen Sitzungen wurden beendet und alle Zugriffstoken wurden widerrufen.",
  session: "Sie sind dort abgemeldet.",
  sessions: "Alle anderen Sitzungen wurden beendet.",
  revoked: "Das Token gilt nicht mehr für Ihr Konto.",
  gone: "Das gibt es in Ihrem Konto nicht. Es wurde vorher beendet, ist abgelaufen oder gehört zu einem anderen Konto.",
  "rotated-before":
    "Dieses Token wurde schon erneuert oder widerrufen. Falls Ihnen das neue nicht angezeigt wurde, erneuern Sie das neue.",
  "denied-before": "Dieses Programm wurde bereits abgelehnt. Es wurde nichts geändert.",
  "collected-before": "Das Programm war schon angemeldet und konnte nicht mehr abgelehnt werden.",
  "user-added": "Der Nutzer wurde hinzugefügt.",
  "user-invited": "Der Nutzer wurde hinzugefügt. Eine Einladung, ein Passwort zu wählen, ist unterwegs.",
  "user-saved": "Die Änderungen wurden gespeichert.",
  "user-deleted": "Der Nutzer wurde gelöscht.",
  "user-gone": "Diesen Nutzer gibt es nicht mehr.",
  "user-link": "Ein Link zur Wahl eines Passworts ist zu diesem Nutzer unterwegs.",
  "user-ended": "Alle Sitzungen und Token dieses Nutzers wurden beendet.",
  "user-session": "Die Sitzung wurde beendet.",
  "user-token": "Das Token wurde widerrufen.",
  "acting-stopped": "Sie sind wieder Sie selbst."
}
