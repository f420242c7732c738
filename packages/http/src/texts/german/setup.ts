import type { Texts } from "../texts.ts"

export const setup: Texts["setup"] = {
  title: "Einrichten",
  heading: { before: "", after: " einrichten" },
  about:
    "Erstellen Sie das erste Konto. Es wird das Administratorkonto und verwaltet alle anderen Konten. Sobald es besteht, ist diese Seite endgültig geschlossen.",
  token: "Einrichtungstoken",
  tokenHint:
    "Der Server gibt dieses Token beim Start aus. Sie finden es in seiner Ausgabe oder in seinem Protokoll. Es gilt nur einmal.",
  password: "Passwort",
  passwordAgain: "Passwort wiederholen",
  submit: "Administratorkonto erstellen"
}
