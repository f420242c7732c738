/**
 * What was just done, by the value of `done` in the address. `session` and `revoked` also answer a second click, and a form that
 * somebody else left open: both are true of what was never there.
 */
export const notices = {
  setup: "The administrator account was created. Log in to continue.",
  registered: "Your account was created. Verify your e-mail address, then log in.",
  fresh: "Log in again to continue. This action needs a recent log-in.",
  ended: "Your session has ended. Log in again to continue.",
  "logged-out": "You are logged out.",
  "account-deleted": "Your account was deleted.",
  "foreign-credential":
    'Your browser also sends a user name and password that this site does not know, probably those of a proxy in front of it. While it does, a log-in has no effect. The operator of the proxy can set proxy_set_header Authorization "" in nginx, or the same in another proxy.',
  details: "Your details were saved.",
  password: "Your password was changed. All other sessions were ended and all access tokens were revoked.",
  session: "You are logged out there.",
  sessions: "All other sessions were ended.",
  revoked: "The token no longer works for your account.",
  gone: "This is not in your account. It was ended before, it has expired, or it belongs to another account.",
  "rotated-before":
    "This token was already rotated or revoked. If its replacement was not shown to you, rotate the replacement.",
  "denied-before": "This program was denied before. Nothing was changed.",
  "collected-before": "The program had logged in already, so it could not be denied."
} as const
