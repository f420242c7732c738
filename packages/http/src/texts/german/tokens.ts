import type { Texts } from "../texts.ts"

export const tokens: Texts["tokens"] = {
  title: "Ihre Zugriffstoken",
  about:
    "Mit Zugriffstoken handeln Programme in Ihrem Namen: Paketmanager, Git, Skripte, Build-Server. Geben Sie jedem Programm ein eigenes Token, das nicht mehr darf als nötig.",
  issued: {
    before: "Ihr neues Token „",
    after: "“",
    copy: "Kopieren Sie es jetzt. Es wird nicht noch einmal angezeigt.",
    curl: "So rufen Sie diese Website mit curl auf. Andere Programme senden denselben Header:",
    pip: "So installieren Sie Pakete mit pip, wenn diese Website einen Paketindex hat:"
  },
  issuedBefore: (name) =>
    `Sie haben das Token „${name}“ mit diesem Formular schon erstellt. Sein Geheimnis wurde einmal angezeigt und kann nicht noch einmal angezeigt werden. Wenn Sie es nicht kopiert haben, widerrufen Sie das Token und erstellen Sie ein neues.`,
  ask: {
    revoke: {
      title: "Token widerrufen",
      question: (name) => `Token „${name}“ widerrufen?`,
      consequences: "Programme, die es verwenden, funktionieren sofort nicht mehr.",
      submit: "Token widerrufen",
      back: "Nicht widerrufen"
    },
    rotate: {
      title: "Token erneuern",
      question: (name) => `Token „${name}“ erneuern?`,
      consequences:
        "Sie erhalten ein neues Token mit demselben Namen und demselben Zugriff, das einmal angezeigt wird. Setzen Sie es in jedem Programm ein, das das alte verwendet.",
      old: "Das alte Token",
      oldWorks: (span) => `Gilt noch ${span}`,
      oldEnds: "Gilt sofort nicht mehr",
      submit: "Token erneuern",
      back: "Nicht erneuern"
    }
  },
  list: {
    title: "Token",
    hint: (span) =>
      `Widerrufen Sie jedes Token, das Sie nicht wiedererkennen. Wenn Sie ein Token erneuern, gilt das alte noch ${span}.`,
    older: "Ältere Token",
    newest: "Neueste Token",
    replaced: "Ersetzt",
    imported: "Importiert",
    endsIn: "Endet auf",
    access: "Zugriff",
    noScopes: "nur feststellen, wer Sie sind",
    created: "Erstellt",
    lastUsed: "Benutzt",
    expires: "Gültig bis",
    neverUsed: "nie",
    neverExpires: "unbegrenzt",
    rotate: "Erneuern",
    revoke: "Widerrufen",
    span: (hours) => {
      if (hours < 1) return "kurze Zeit"
      return hours === 1 ? "eine Stunde" : `${hours} Stunden`
    }
  },
  scopes: {},
  new: {
    title: "Neues Token",
    hint: "Das Token wird nur einmal angezeigt, gleich nachdem Sie es erstellt haben.",
    name: "Name",
    nameHint: "Wofür Sie es brauchen, zum Beispiel „Nächtlicher Build“.",
    expires: "Gültigkeit",
    never: "Unbegrenzt",
    inDays: (days) => (days === "1" ? "1 Tag" : `${days} Tage`),
    scopes: "Zugriff",
    submit: "Token erstellen"
  }
}
