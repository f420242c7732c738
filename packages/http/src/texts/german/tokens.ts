import type { Texts } from "../texts.ts"

export const tokens: Texts["tokens"] = {
  title: "Ihre Zugriffstoken",
  about:
    "Mit Zugriffstoken handeln Programme in Ihrem Namen: Paketmanager, Git, Skripte, Build-Server. Geben Sie jedem Programm ein eigenes Token, das nicht mehr darf als nötig.",
  issued: {
    before: "Ihr neues Token „",
    after: "“",
    copy: "Kopieren Sie es jetzt. Es wird nicht noch einmal angezeigt."
  },
  list: {
    title: "Token",
    hint: (span) =>
      `Widerrufen Sie jedes Token, das Sie nicht wiedererkennen. Wenn Sie ein Token erneuern, gilt das alte noch ${span}.`,
    hintNotFresh:
      "Widerrufen Sie jedes Token, das Sie nicht wiedererkennen. Um eines zu erneuern, melden Sie sich zuerst noch einmal an.",
    older: "Ältere Token",
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
    about: (name, created) => `: Token ${name}, erstellt am ${created}`,
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
