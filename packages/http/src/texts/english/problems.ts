import { wait } from "./wait.ts"

/** What a page says about a refusal that has no page of its own: by code, or else by status. */
export const problems = {
  otherwise: { title: "Error", text: "Something went wrong." },
  /** The links to what helps. */
  steps: {
    home: (name: string) => `Go to ${name}`,
    tryAgain: "Try again",
    login: "Log in",
    loginAgain: "Log in again",
    newPassword: "Choose a new password",
    otherAccount: "Log in as somebody else",
    stopActing: "Stop acting as this user",
    profile: "Go to your profile",
    enterCode: "Enter a code",
    verifyEmail: "Send me a link"
  },
  byCode: {
    "invalid-request":
      "The request must have one Authorization header with one credential. A proxy may have added another.",
    "foreign-credential": [
      "Your log-in does not count. Your browser also sends a user name and password that this site does not know, and they come first.",
      "They are probably those of a proxy in front of this site, which should keep them to itself.",
      'The operator of the proxy can set proxy_set_header Authorization "" in nginx, or the same in another proxy.'
    ].join(" "),
    "code-unknown": "This link is not valid. Use the link of the newest mail, completely, or ask for another.",
    "code-used": "This link was used already.",
    "code-expired": "This link has expired.",
    "code-changed": "The account has changed since this link was sent.",
    "no-mailer": "This site sends no mails. Ask its operator for help.",
    "admin-required": "Only an administrator can do this.",
    "email-not-verified": "You need a verified e-mail address to do this.",
    "insufficient-scope":
      "You do not have permission to do this. The access token does not have the scope that this needs.",
    "role-required": "You do not have the role that this needs. Ask an administrator.",
    "impersonation-forbidden": "You act as somebody else, and only they themselves can do this. Stop first.",
    "edit-conflict": "Somebody else changed this user meanwhile. Nothing was changed.",
    "session-required": "An access token cannot do this. Log in with your password and try again.",
    "password-change-required": "You must choose a new password before you can do anything else.",
    "reauthentication-required": "This needs a recent log-in. Log in again and try again.",
    "registration-closed": "Nobody can register here themselves. Ask an administrator for an account.",
    "account-deletion-disabled": "People cannot delete their own account here. Ask an administrator.",
    "setup-done": "There is an administrator already, so there is nothing to set up.",
    "cli-login-disabled":
      "Programs cannot log in through the browser here. The operator of this site has turned that off.",
    "cli-login-not-found":
      "This code leads to nothing here. It may be mistyped, too old, or entered by somebody else. Look at the program, and start again there if need be.",
    "cli-login-expired": "The code has expired. Start again in the program.",
    "cli-login-decided": "This program was allowed or refused before. Nothing was changed.",
    "other-network":
      "The program runs in another network than this browser, and this site does not allow that. If you did not start the program yourself, do nothing.",
    "tokens-disabled": "There are no access tokens here. The operator of this site has turned them off.",
    "forged-request":
      "This request did not come from a page of this site, or your browser did not say so. Open this site directly and try again."
  },
  /** By status, if it is known how long to wait. */
  byWait: {
    429: (seconds: number) => `There were too many attempts. Try again in ${wait(seconds)}.`,
    503: (seconds: number) => `The service is temporarily unavailable. Try again in ${wait(seconds)}.`
  },
  byStatus: {
    400: { title: "Bad Request", text: "The server did not understand the request. Go back and try again." },
    401: { title: "Unauthorized", text: "You are not logged in. Log in and try again." },
    403: {
      title: "Forbidden",
      text: "You do not have permission to do this."
    },
    404: { title: "Not Found", text: "There is no page at this address." },
    405: { title: "Method Not Allowed", text: "This address does not accept this kind of request." },
    409: { title: "Conflict", text: "Something changed in the meantime. Go back and try again." },
    410: { title: "Gone", text: "This is no longer here. Start again." },
    413: { title: "Content Too Large", text: "The data you sent is too large." },
    415: { title: "Unsupported Media Type", text: "This server does not accept data in that format." },
    422: { title: "Unprocessable Content", text: "The form has a missing or invalid field. Go back and check it." },
    429: { title: "Too Many Requests", text: "There were too many attempts. Wait a while, then try again." },
    500: { title: "Internal Server Error", text: "Something went wrong on the server. Try again later." },
    503: { title: "Service Unavailable", text: "The service is temporarily unavailable. Try again in a moment." }
  }
} as const
