import type { Texts } from "../texts.ts"

export const profile: Texts["profile"] = {
  title: "Ihr Profil",
  loggedInAs: "Angemeldet als",
  details: {
    title: "Ihre Angaben",
    hint: "Damit melden Sie sich an.",
    either: "Sie können sich mit beidem anmelden.",
    submit: "Angaben speichern"
  },
  password: {
    title: "Passwort",
    hint: "Wenn Sie Ihr Passwort ändern, werden alle Ihre anderen Sitzungen beendet und alle Ihre Zugriffstoken widerrufen.",
    password: "Neues Passwort",
    passwordAgain: "Neues Passwort wiederholen",
    submit: "Passwort ändern"
  }
}
