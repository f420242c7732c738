import type { Notice } from "../page/notice.tsx"

/** What the page of access tokens says. */
export const tokenTexts = {
  title: "Your access tokens",
  about:
    "For programs that act for you: package managers, git, scripts, build servers. Give each its own, and no more than it needs.",
  issued: { before: "Your new token “", after: "”", copy: "Copy it now: it is not shown again." },
  list: {
    title: "Tokens",
    hint: (span: string) => `Revoke any you do not recognise. A rotated token goes on for ${span} beside the new one.`,
    hintNotFresh: "Revoke any you do not recognise. To rotate one, log in once more.",
    replaced: "Replaced",
    imported: "Imported",
    endsIn: "Ends in",
    access: "Access",
    noScopes: "identify you only",
    created: "Created",
    lastUsed: "Last used",
    expires: "Expires",
    never: "never",
    rotate: "Rotate",
    revoke: "Revoke",
    about: (name: string, created: string) => ` token: ${name}, created ${created}`,
    span: (hours: number) => {
      if (hours < 1) return "a short while"
      return hours === 1 ? "an hour" : `${hours} hours`
    }
  },
  new: {
    title: "New token",
    hint: "You see the token once, right after it is made.",
    name: "Name",
    nameHint: "What it is for, such as “Nightly build”.",
    expires: "Expires",
    never: "Never",
    inDays: (days: string) => (days === "1" ? "In 1 day" : `In ${days} days`),
    scopes: "What it may do",
    submit: "Create token"
  },
  /** By the word in the address that leads here. */
  notices: {
    revoked: { kind: "success", text: "The token was revoked. It opens nothing any more." }
  } satisfies Readonly<Record<string, Notice>>,
  nameInvalid: {
    missing: "Give the token a name.",
    "too-long": "This name is too long: use at most 100 characters.",
    malformed: "This name has a character that cannot be used."
  },
  lifetimeInvalid: (days: number) => `A token lives for a whole number of days, at most ${days}.`,
  scopeNotGrantable: "A token cannot be given a scope that does not exist, or that its maker does not have.",
  tooMany: (most: number) => `You have ${most} live tokens, and may not have more. Revoke one first.`
} as const
