import type { Texts } from "../texts.ts"

export const login: Texts["login"] = {
  title: "Anmelden",
  name: { username: "Benutzername", email: "E-Mail-Adresse", both: "Benutzername oder E-Mail-Adresse" },
  password: "Passwort",
  submit: "Anmelden",
  forgot: "Passwort vergessen?",
  newHere: "Neu hier?",
  register: "Konto erstellen",
  logout: {
    title: "Abmelden",
    heading: "Abmelden?",
    loggedInAs: { before: "Sie sind angemeldet als ", after: "." },
    othersStay: "In anderen Browsern und Programmen bleiben Sie angemeldet.",
    submit: "Abmelden",
    stay: "Angemeldet bleiben"
  }
}
