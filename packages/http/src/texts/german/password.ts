import type { Texts } from "../texts.ts"

export const password: Texts["password"] = {
  title: "Neues Passwort wählen",
  mustChange: "Bevor es weitergeht, wählen Sie ein neues Passwort, das nur Sie kennen."
}
