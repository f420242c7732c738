/** The pages of administrators, and the questions on them. */
export const admin = {
  list: {
    title: "Users",
    about: "Everybody who has an account here.",
    search: "Search",
    searchHint: "By how a name or an address begins, by @ with a domain, or by a whole id.",
    query: "Name or e-mail address",
    any: "any",
    yes: "yes",
    no: "no",
    active: "Active",
    superuser: "Administrator",
    verified: "Verified",
    role: "Role",
    submit: "Search",
    all: "Show all users",
    everybody: "All users",
    found: "Found users",
    newestFirst: "The newest first.",
    byName: "By name.",
    add: "Add user",
    trail: "Audit trail",
    none: "No user matches this search.",
    next: "More users",
    first: "First page"
  },
  user: {
    you: "You",
    superuser: "Administrator",
    inactive: "Inactive",
    unverified: "Not verified",
    mustChange: "Must choose a password",
    email: "E-mail",
    roles: "Roles",
    created: "Created",
    lastLogin: "Last log-in",
    never: "never",
    unavailable: "not known at the moment",
    toList: "All users"
  },
  flags: {
    legend: "State",
    active: "Active. Whoever is not active cannot log in.",
    superuser: "Administrator. May do everything here.",
    verified: "The e-mail address is verified.",
    mustChange: "Must choose another password at the next log-in.",
    roles: "Roles",
    undeclared: "No longer declared."
  },
  edit: {
    title: "Details",
    hint: "The names this user logs in with, and what they may do.",
    either: "They can log in with either.",
    submit: "Save",
    stale: "Now it is so",
    confirmSelf: "Yes, change my own account like this"
  },
  add: {
    title: "Add user",
    details: "New user",
    hint: "They can log in with either name, where both are given.",
    password: "Password",
    passwordHint: (hint: string) => `Without one, an invitation to choose it is mailed. ${hint}`,
    submit: "Add user"
  },
  access: {
    title: "Access",
    hint: "What you can do with this account.",
    link: "Send a link to choose a password",
    end: "End all sessions and tokens",
    actAs: "Act as this user",
    trail: "Audit trail",
    remove: "Delete user"
  },
  sessions: {
    title: "Sessions",
    hint: "Where this user is logged in.",
    none: "This user is logged in nowhere.",
    acting: "An administrator acts as this user"
  },
  tokens: {
    title: "Access tokens",
    hint: "Programs that act for this user.",
    none: "This user has no access tokens.",
    revoke: "Revoke"
  },
  ask: {
    back: "Back",
    session: {
      title: "End session",
      question: (name: string, user: string) => `End the session of ${name} for ${user}?`,
      consequences: "Whoever uses it is logged out at once.",
      submit: "End session"
    },
    token: {
      title: "Revoke token",
      question: (name: string, user: string) => `Revoke the token “${name}” of ${user}?`,
      consequences: "Programs that use it stop working at once.",
      submit: "Revoke token"
    },
    end: {
      title: "End all sessions and tokens",
      question: (user: string) => `End all sessions and tokens of ${user}?`,
      consequences:
        "They are logged out everywhere at once, and programs with their tokens stop working. They can log in again.",
      submit: "End all"
    },
    remove: {
      title: "Delete user",
      question: (user: string) => `Delete ${user}?`,
      consequences:
        "The account, all sessions and all tokens are deleted at once. This cannot be undone. The audit trail keeps what happened.",
      submit: "Delete user"
    },
    actAs: {
      title: "Act as this user",
      question: (user: string) => `Act as ${user}?`,
      consequences:
        "You see this site as they do, for a short time. All that you do is on record under your name, and they see in the list of their sessions that an administrator acts as them, and why.",
      reason: "Why",
      reasonHint: "Optional. The user can read it.",
      submit: "Act as them"
    }
  },
  acting: {
    title: "You act as somebody else",
    until: (user: string) => `In this browser you act as ${user}. It ends by itself.`,
    go: (name: string) => `Go to ${name}`
  },
  audit: {
    title: "Audit trail",
    about: "What happened here, and who did it.",
    searchHint: "By what happened, or by a user who did it or to whom it happened.",
    events: { title: "Events", hint: "The newest first." },
    type: "Event",
    user: "Name or id of a user",
    any: "all events",
    submit: "Search",
    all: "Show all events",
    none: "No event matches this search.",
    older: "Older events",
    newest: "Newest events",
    at: "Time",
    by: "By",
    to: "For",
    from: "From",
    credential: "With",
    details: "Details",
    /** By the type of the event. */
    types: {
      "login.succeeded": "Logged in",
      "login.refused": "Log-in refused",
      "session.confirmed": "Password confirmed",
      "session.confirm-refused": "Wrong password at a confirmation",
      "session.closed": "Sessions ended",
      "token.issued": "Token created",
      "token.rotated": "Token rotated",
      "token.imported": "Token imported",
      "token.revoked": "Tokens revoked",
      "cli-login.approved": "Program allowed",
      "cli-login.denied": "Program denied",
      "cli-login.collected": "Program logged in",
      "impersonation.begun": "Administrator began to act as a user",
      "user.registered": "Registered",
      "user.register-refused": "Registration refused",
      "user.invited": "Invited",
      "user.imported": "Imported from another system",
      "backup.restored": "Backup restored",
      "user.created": "User added",
      "user.changed": "User changed",
      "user.removed": "User deleted",
      "password.changed": "Password changed",
      "password.reset-requested": "Link for a new password requested",
      "email.verification-requested": "Verification of an address requested",
      "email.verified": "Address verified",
      "email.change-requested": "New address requested",
      "email.change-cancelled": "Change of an address given up",
      "email.change-undone": "Change of an address undone",
      "email.lost": "Address lost to whoever proved it",
      "settings.changed": "Settings changed",
      "mail.failed": "Mail failed",
      "password.change-refused": "Wrong password at a change",
      "password.hash-unreadable": "Password hash unreadable",
      "setup.completed": "Set up",
      "setup.refused": "Setup refused",
      "throttle.blocked": "Too many attempts",
      "request.forged": "Request from another site refused",
      "access.denied": "Access denied",
      "cookie.ambiguous": "Two session cookies"
    }
  }
} as const
