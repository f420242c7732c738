import type { Texts } from "../texts.ts"

export const recovery: Texts["recovery"] = {
  ask: {
    reset: {
      title: "Passwort vergessen?",
      text: "Ein Link, mit dem Sie ein neues Passwort wählen, geht an die E-Mail-Adresse Ihres Kontos.",
      submit: "Link senden"
    },
    verify: {
      title: "E-Mail-Adresse bestätigen",
      text: "Ein Link zum Bestätigen geht an die E-Mail-Adresse Ihres Kontos, wenn sie noch nicht bestätigt ist.",
      submit: "Link senden"
    },
    logIn: "Zurück zur Anmeldung"
  },
  choose: {
    password: "Neues Passwort",
    passwordAgain: "Neues Passwort wiederholen",
    reset: {
      title: "Neues Passwort wählen",
      text: "Ein neues Passwort beendet alle Sitzungen und widerruft alle Zugriffstoken.",
      submit: "Passwort ändern"
    },
    invite: {
      title: "Willkommen",
      text: "Wählen Sie das Passwort, mit dem Sie sich anmelden werden.",
      submit: "Passwort festlegen"
    }
  },
  account: { before: "Für das Konto ", after: "." },
  accountLabel: "Konto",
  emailLabel: "E-Mail-Adresse",
  confirm: {
    verify: {
      title: "Diese Adresse bestätigen?",
      text: "Tun Sie das nur, wenn Sie dieses Konto selbst angelegt haben.",
      submit: "Adresse bestätigen"
    },
    "change-email": {
      title: "Diese Adresse verwenden?",
      text: "Sie ist dann die Adresse dieses Kontos. Tun Sie das nur, wenn Sie selbst darum gebeten haben.",
      submit: "Diese Adresse verwenden"
    },
    "undo-email": {
      title: "Zurück zu dieser Adresse?",
      text: "Tun Sie das, wenn Sie die Adresse nicht selbst geändert haben. Das Konto erhält diese Adresse zurück. Das Passwort gilt nicht mehr, alle Sitzungen werden beendet und alle Zugriffstoken widerrufen. Ein Link, mit dem Sie ein neues Passwort wählen, geht an die Adresse.",
      submit: "Zurück zu dieser Adresse"
    }
  },
  invalid: "Dieser Link funktioniert nicht",
  another: {
    reset: "Neuen Link anfordern",
    verify: "Link zum Bestätigen meiner Adresse senden",
    "change-email": "Zum Profil"
  },
  notVerified: "Diese Adresse ist nicht bestätigt.",
  pending: { before: "Ein Link ging an ", after: ". Die Adresse ändert sich, sobald Sie ihm folgen." },
  cancel: "Bei der bisherigen Adresse bleiben"
}
