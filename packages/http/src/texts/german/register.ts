import type { Texts } from "../texts.ts"

export const register: Texts["register"] = {
  title: "Konto erstellen",
  password: "Passwort",
  passwordAgain: "Passwort wiederholen",
  submit: "Konto erstellen",
  haveAccount: "Haben Sie schon ein Konto?",
  logIn: "Anmelden"
}
