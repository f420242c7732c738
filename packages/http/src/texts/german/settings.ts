import type { RuntimePath } from "@latchkey/core"
import type { Texts } from "../texts.ts"

const about: Readonly<Record<RuntimePath, string>> = {
  name: "Der Name der Anwendung. Seiten und E-Mails zeigen ihn, und kein Passwort darf aus ihm bestehen.",
  mode: "Wie Browser sich anmelden. „session“: mit einer Anmeldeseite und einem Cookie. „basic“: Der Browser selbst fragt nach Name und Passwort und sendet sie mit jeder Anfrage.",
  registration:
    "Ob man sich registrieren kann, sobald es ein Administratorkonto gibt. Mit „invite“ und „closed“ kann es niemand. Wer eingeladen ist, kommt in jedem Fall hinein. „invite“ sagt, dass Sie mit E-Mails einladen wollen.",
  "sessions.idle": "Wie lange eine Sitzung offen bleibt, ohne dass sie benutzt wird.",
  "sessions.absolute": "Wie lange eine Sitzung insgesamt offen bleibt, auch wenn sie benutzt wird.",
  "sessions.perUser": "Wie viele Sitzungen jemand haben darf. Eine weitere beendet die älteste.",
  "tokens.enabled":
    "Ob persönliche Zugriffstoken ausgestellt und benutzt werden können. Ist es aus, funktionieren auch bestehende nicht.",
  "tokens.lifetime": "Wie lange ein Token gilt, wenn niemand eine andere Dauer wählt.",
  "tokens.longest": "Wie lange ein Token höchstens gelten kann.",
  "tokens.perUser": "Wie viele gültige Token jemand haben darf.",
  "tokens.overlap": "Wie lange ein ersetztes Token neben seinem Nachfolger gilt.",
  "cliLogin.lifetime": "Wie lange der Code eines Programms gilt, höchstens 10 Minuten.",
  "cliLogin.tokenLifetime": "Wie lange ein Token gilt, das ein Programm bekommt; nicht länger als tokens.longest.",
  "passwords.minimum": "Wie kurz ein neues Passwort sein darf, in Zeichen.",
  "recovery.verifyLifetime": "Wie lange ein Link gilt, der eine Adresse bestätigt, höchstens 30 Tage.",
  "recovery.resetLifetime": "Wie lange ein Link für ein neues Passwort gilt, höchstens 24 Stunden.",
  "recovery.changeEmailLifetime": "Wie lange ein Link gilt, der eine Adresse ändert, höchstens 30 Tage.",
  "recovery.undoLifetime":
    "Wie lange eine Änderung der Adresse von der früheren Adresse aus zurückgenommen werden kann, höchstens 30 Tage.",
  "recovery.inviteLifetime": "Wie lange eine Einladung gilt, höchstens 30 Tage.",
  "throttle.perAccountAndNetwork": "Anmeldeversuche bei einem Konto aus einem Netz, bevor Wartezeiten beginnen.",
  "throttle.perAccount": "Anmeldeversuche bei einem Konto aus allen Netzen, bevor Wartezeiten beginnen.",
  "throttle.perNetwork": "Anmeldeversuche aus einem Netz bei allen Konten, bevor Wartezeiten beginnen.",
  "throttle.registrations": "Registrierungen aus einem Netz innerhalb einer Stunde, bevor Wartezeiten beginnen.",
  "throttle.cliLogins":
    "Anmeldungen, die Programme in einem Netz innerhalb einer Stunde beginnen, bevor Wartezeiten beginnen.",
  "throttle.userCodes": "Falsche Codes, die jemand eingeben darf, bevor eine Wartezeit von 15 Minuten beginnt.",
  "throttle.mails":
    "E-Mails einer Art an eine Adresse, um die man innerhalb einer Stunde bitten kann, bevor Wartezeiten von 15 Minuten beginnen.",
  "throttle.longestDelay":
    "Die längste Wartezeit zwischen zwei Versuchen, höchstens 24 Stunden. Niemand wird auf Dauer ausgesperrt."
}

export const settings: Texts["settings"] = {
  title: "Einstellungen",
  intro:
    "Was Sie hier ändern, gilt innerhalb von Sekunden, in jedem Prozess dieser Website. Lassen Sie ein Feld leer, um die Vorgabe zu verwenden.",
  submit: "Einstellungen speichern",
  on: "An",
  off: "Aus",
  usual: (value) => `Vorgabe: ${value}.`,
  usualChoice: (value) => `Vorgabe (${value})`,
  nextStart: "Eine Änderung gilt, sobald das Programm das nächste Mal startet.",
  pending: (value) => `Ab dem nächsten Start: ${value}.`,
  locked: "Das Programm oder seine Umgebung gibt dies vor. Hier lässt es sich nicht ändern.",
  groups: {
    general: { title: "Allgemeines", hint: "Wie die Website heißt, und wer hineinkommt." },
    sessions: { title: "Sitzungen", hint: "Wie lange man angemeldet bleibt." },
    tokens: { title: "Zugriffstoken", hint: "Was Programme anstelle eines Passworts benutzen." },
    cliLogin: {
      title: "Programme, die sich anmelden",
      hint: "Programme der Befehlszeile, die im Browser um Zugriff bitten."
    },
    passwords: { title: "Passwörter", hint: "Was für ein neues Passwort gilt." },
    recovery: { title: "Links in E-Mails", hint: "Wie lange sie gelten." },
    throttle: { title: "Grenzen", hint: "Wie viele Versuche erlaubt sind, bevor man warten muss." }
  },
  save: { title: "Speichern", hint: "Alle Änderungen werden zusammen gespeichert, oder keine." },
  about
}
