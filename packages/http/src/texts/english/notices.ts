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
  "mail-sent":
    "If there is such an account, a link is on its way. It can take some minutes. Look into the spam folder too.",
  reset: "Your password was changed. Log in with the new one.",
  joined: "Your password is set. Log in with it.",
  verified: "Your e-mail address is verified.",
  "email-requested": "A link was sent to the new address. The address changes once you follow it.",
  "email-cancelled": "Your address stays as it is.",
  "email-changed": "Your e-mail address was changed.",
  "email-undone": "The account has its former address again. A link to choose a new password was sent there.",
  "other-account": "Done. It was for another account than the one that you are logged in to.",
  details: "Your details were saved.",
  settings: "The settings were saved. Every process of this site uses them within five seconds.",
  password: "Your password was changed. All other sessions were ended and all access tokens were revoked.",
  session: "You are logged out there.",
  sessions: "All other sessions were ended.",
  revoked: "The token no longer works for your account.",
  gone: "This is not in your account. It was ended before, it has expired, or it belongs to another account.",
  "rotated-before":
    "This token was already rotated or revoked. If its replacement was not shown to you, rotate the replacement.",
  "denied-before": "This program was denied before. Nothing was changed.",
  "collected-before": "The program had logged in already, so it could not be denied.",
  "user-added": "The user was added.",
  "user-invited": "The user was added. An invitation to choose a password is on its way.",
  "user-saved": "The changes were saved.",
  "user-deleted": "The user was deleted.",
  "user-gone": "This user is no longer here.",
  "user-link": "A link to choose a password is on its way to this user.",
  "user-ended": "All sessions and tokens of this user were ended.",
  "user-session": "The session was ended.",
  "user-token": "The token was revoked.",
  "acting-stopped": "You are yourself again."
} as const
