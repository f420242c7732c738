/** The tokens page. */
export const tokens = {
  title: "Your access tokens",
  about:
    "Access tokens let programs act for you: package managers, git, scripts, build servers. Give each program its own token, with no more access than it needs.",
  issued: { before: "Your new token “", after: "”", copy: "Copy it now. It will not be shown again." },
  list: {
    title: "Tokens",
    hint: (span: string) =>
      `Revoke any token you do not recognise. After you rotate a token, the old one still works for ${span}.`,
    hintNotFresh: "Revoke any token you do not recognise. To rotate one, log in again first.",
    older: "Older tokens",
    replaced: "Replaced",
    imported: "Imported",
    endsIn: "Ends in",
    access: "Access",
    noScopes: "identify you only",
    created: "Created",
    lastUsed: "Last used",
    expires: "Expires",
    neverUsed: "never",
    neverExpires: "never",
    rotate: "Rotate",
    revoke: "Revoke",
    about: (name: string, created: string) => ` token: ${name}, created ${created}`,
    span: (hours: number) => {
      if (hours < 1) return "a short while"
      return hours === 1 ? "an hour" : `${hours} hours`
    }
  },
  /** What a scope of yours allows, by its name, where the option `tokens.scopes` says it in another language. */
  scopes: {} as Readonly<Record<string, string>>,
  new: {
    title: "New token",
    hint: "The token is shown only once, right after you create it.",
    name: "Name",
    nameHint: "What it is for, such as “Nightly build”.",
    expires: "Expires",
    never: "Never",
    inDays: (days: string) => (days === "1" ? "In 1 day" : `In ${days} days`),
    scopes: "Access",
    submit: "Create token"
  }
} as const
