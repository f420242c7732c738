/** The tokens page, and the questions before a token is revoked or rotated. */
export const tokens = {
  title: "Your access tokens",
  about:
    "Access tokens let programs act for you: package managers, git, scripts, build servers. Give each program its own token, with no more access than it needs.",
  issued: {
    before: "Your new token “",
    after: "”",
    copy: "Copy it now. It will not be shown again.",
    curl: "To call this site with curl. Other programs send the same header:",
    pip: "To install packages with pip, where this site has a package index:"
  },
  issuedBefore: (name: string) =>
    `You have already created the token “${name}” with this form. Its secret was shown once and cannot be shown again. If you did not copy it, revoke it and create another.`,
  ask: {
    revoke: {
      title: "Revoke token",
      question: (name: string) => `Revoke the token “${name}”?`,
      consequences: "Programs that use it stop working at once.",
      submit: "Revoke token",
      back: "Keep it"
    },
    rotate: {
      title: "Rotate token",
      question: (name: string) => `Rotate the token “${name}”?`,
      consequences:
        "You get a new token with the same name and access, which is shown once. Put it in place of the old one in every program that uses it.",
      old: "The old token",
      oldWorks: (span: string) => `Still works for ${span}`,
      oldEnds: "Stops working at once",
      submit: "Rotate token",
      back: "Leave it"
    }
  },
  list: {
    title: "Tokens",
    hint: (span: string) =>
      `Revoke any token you do not recognise. After you rotate a token, the old one still works for ${span}.`,
    older: "Older tokens",
    newest: "Newest tokens",
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
