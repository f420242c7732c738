import type { Texts } from "../texts.ts"

export const admin: Texts["admin"] = {
  list: {
    title: "Nutzer",
    about: "Alle, die hier ein Konto haben.",
    search: "Suche",
    searchHint:
      "Nach dem Anfang eines Namens oder einer Adresse, nach @ mit einer Domain oder nach einer ganzen Kennung.",
    query: "Name oder E-Mail-Adresse",
    any: "egal",
    yes: "ja",
    no: "nein",
    active: "Aktiv",
    superuser: "Administrator",
    verified: "Bestätigt",
    role: "Rolle",
    submit: "Suchen",
    all: "Alle Nutzer zeigen",
    everybody: "Alle Nutzer",
    found: "Gefundene Nutzer",
    newestFirst: "Die neuesten zuerst.",
    byName: "Nach dem Namen geordnet.",
    add: "Nutzer hinzufügen",
    trail: "Protokoll",
    none: "Zu dieser Suche gibt es keine Nutzer.",
    next: "Weitere Nutzer",
    first: "Erste Seite"
  },
  user: {
    you: "Sie",
    superuser: "Administrator",
    inactive: "Nicht aktiv",
    unverified: "Nicht bestätigt",
    mustChange: "Muss ein Passwort wählen",
    email: "E-Mail",
    roles: "Rollen",
    created: "Erstellt",
    lastLogin: "Anmeldung",
    never: "nie",
    unavailable: "zurzeit nicht bekannt",
    toList: "Alle Nutzer"
  },
  flags: {
    legend: "Zustand",
    active: "Aktiv. Wer nicht aktiv ist, kann sich nicht anmelden.",
    superuser: "Administrator. Darf hier alles.",
    verified: "Die E-Mail-Adresse ist bestätigt.",
    mustChange: "Muss bei der nächsten Anmeldung ein anderes Passwort wählen.",
    roles: "Rollen",
    undeclared: "Nicht mehr vorgesehen."
  },
  edit: {
    title: "Angaben",
    hint: "Womit sich dieser Nutzer anmeldet und was er darf.",
    either: "Die Anmeldung geht mit beidem.",
    submit: "Speichern",
    stale: "Jetzt ist es so",
    confirmSelf: "Ja, mein eigenes Konto so ändern"
  },
  add: {
    title: "Nutzer hinzufügen",
    details: "Neuer Nutzer",
    hint: "Wenn Sie beides angeben, geht die Anmeldung mit beidem.",
    password: "Passwort",
    passwordHint: (hint) => `Ohne Passwort geht eine Einladung an die Adresse, eines zu wählen. ${hint}`,
    submit: "Nutzer hinzufügen"
  },
  access: {
    title: "Zugang",
    hint: "Was Sie mit diesem Konto tun können.",
    link: "Link zur Wahl eines Passworts senden",
    end: "Alle Sitzungen und Token beenden",
    actAs: "Als dieser Nutzer handeln",
    trail: "Protokoll",
    remove: "Nutzer löschen"
  },
  sessions: {
    title: "Sitzungen",
    hint: "Hier ist dieser Nutzer angemeldet.",
    none: "Dieser Nutzer ist nirgends angemeldet.",
    acting: "Ein Administrator handelt als dieser Nutzer"
  },
  tokens: {
    title: "Zugriffstoken",
    hint: "Programme, die im Namen dieses Nutzers handeln.",
    none: "Dieser Nutzer hat keine Zugriffstoken.",
    revoke: "Widerrufen"
  },
  ask: {
    back: "Zurück",
    session: {
      title: "Sitzung beenden",
      question: (name, user) => `Sitzung von ${user} beenden: ${name}?`,
      consequences: "Wer sie benutzt, wird sofort abgemeldet.",
      submit: "Sitzung beenden"
    },
    token: {
      title: "Token widerrufen",
      question: (name, user) => `Token „${name}“ von ${user} widerrufen?`,
      consequences: "Programme, die es verwenden, funktionieren sofort nicht mehr.",
      submit: "Token widerrufen"
    },
    end: {
      title: "Alle Sitzungen und Token beenden",
      question: (user) => `Alle Sitzungen und Token von ${user} beenden?`,
      consequences:
        "Überall endet die Anmeldung sofort, und Programme mit diesen Token funktionieren nicht mehr. Eine neue Anmeldung ist möglich.",
      submit: "Alle beenden"
    },
    remove: {
      title: "Nutzer löschen",
      question: (user) => `${user} löschen?`,
      consequences:
        "Das Konto, alle Sitzungen und alle Token werden sofort gelöscht. Das lässt sich nicht rückgängig machen. Im Protokoll bleibt, was geschehen ist.",
      submit: "Nutzer löschen"
    },
    actAs: {
      title: "Als dieser Nutzer handeln",
      question: (user) => `Als ${user} handeln?`,
      consequences:
        "Für kurze Zeit sehen Sie diese Website, wie dieser Nutzer sie sieht. Alles, was Sie tun, wird unter Ihrem Namen protokolliert. In der Liste seiner Sitzungen sieht der Nutzer, dass jemand aus der Verwaltung für ihn handelt, und warum.",
      reason: "Warum",
      reasonHint: "Freiwillig. Der Nutzer kann es lesen.",
      submit: "So handeln"
    }
  },
  acting: {
    title: "Sie handeln als jemand anderes",
    until: (user) => `In diesem Browser handeln Sie als ${user}. Das endet von selbst.`,
    go: (name) => `Weiter zu ${name}`
  },
  audit: {
    title: "Protokoll",
    about: "Was hier geschehen ist und wer es getan hat.",
    searchHint: "Nach dem, was geschehen ist, oder nach dem Nutzer, der es getan hat oder den es betrifft.",
    events: { title: "Ereignisse", hint: "Die neuesten zuerst." },
    type: "Ereignis",
    user: "Name oder Kennung eines Nutzers",
    any: "alle Ereignisse",
    submit: "Suchen",
    all: "Alle Ereignisse zeigen",
    none: "Zu dieser Suche gibt es keine Ereignisse.",
    older: "Ältere Ereignisse",
    newest: "Neueste Ereignisse",
    at: "Zeit",
    by: "Von",
    to: "Für",
    from: "Woher",
    credential: "Mit",
    details: "Details",
    types: {
      "login.succeeded": "Angemeldet",
      "login.refused": "Anmeldung abgelehnt",
      "session.confirmed": "Passwort bestätigt",
      "session.confirm-refused": "Falsches Passwort bei einer Bestätigung",
      "session.closed": "Sitzungen beendet",
      "token.issued": "Token erstellt",
      "token.rotated": "Token erneuert",
      "token.imported": "Token importiert",
      "token.revoked": "Token widerrufen",
      "cli-login.approved": "Programm erlaubt",
      "cli-login.denied": "Programm abgelehnt",
      "cli-login.collected": "Programm angemeldet",
      "impersonation.begun": "Beginn des Handelns als ein Nutzer",
      "user.registered": "Registriert",
      "user.register-refused": "Registrierung abgelehnt",
      "user.invited": "Eingeladen",
      "user.imported": "Aus einem anderen System übernommen",
      "backup.restored": "Sicherung zurückgespielt",
      "user.created": "Nutzer hinzugefügt",
      "user.changed": "Nutzer geändert",
      "user.removed": "Nutzer gelöscht",
      "password.changed": "Passwort geändert",
      "password.reset-requested": "Link für ein neues Passwort angefordert",
      "email.verification-requested": "Bestätigung einer Adresse angefordert",
      "email.verified": "Adresse bestätigt",
      "email.change-requested": "Neue Adresse angefordert",
      "email.change-cancelled": "Änderung einer Adresse aufgegeben",
      "email.change-undone": "Änderung einer Adresse rückgängig gemacht",
      "email.lost": "Adresse verloren an jemanden, der sie nachgewiesen hat",
      "settings.changed": "Einstellungen geändert",
      "mail.failed": "Nachricht nicht zugestellt",
      "password.change-refused": "Falsches Passwort bei einer Änderung",
      "password.hash-unreadable": "Passwort-Hash unlesbar",
      "setup.completed": "Eingerichtet",
      "setup.refused": "Einrichtung abgelehnt",
      "throttle.blocked": "Zu viele Versuche",
      "request.forged": "Anfrage einer anderen Website abgelehnt",
      "access.denied": "Zugang verweigert",
      "cookie.ambiguous": "Zwei Sitzungs-Cookies"
    }
  }
}
