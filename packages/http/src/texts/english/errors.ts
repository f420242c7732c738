import { wait } from "./wait.ts"

/** What is wrong with a field or a whole form, by the code that a view has beside the sentence. */
export const errors = {
  "name-missing": "Enter a username or an e-mail address.",
  "username-missing": "Enter a username.",
  "username-too-long": "This username is too long. Use a shorter one.",
  "username-malformed": "This is not a valid username. Check it for typing errors and unusual characters.",
  "username-reserved": "This username is reserved. Choose another one.",
  "username-mixed-scripts": "This username mixes letters of different alphabets. Use one alphabet only.",
  "username-taken": "This username is already taken. Choose another one.",
  "email-missing": "Enter an e-mail address.",
  "email-too-long": "This e-mail address is too long. Use a shorter one.",
  "email-malformed": "This is not a valid e-mail address. Check it for typing errors and unusual characters.",
  "email-reserved": "This e-mail address is reserved. Choose another one.",
  "email-mixed-scripts": "This e-mail address mixes letters of different alphabets. Use one alphabet only.",
  "email-taken": "This e-mail address is already taken. Choose another one.",
  /** What the host's hook `validateEmail` says. */
  "email-refused": (reason: string) => reason,
  "password-too-short": "This password is too short. Combine several unrelated words.",
  "password-too-long": "This password is too long. Use a shorter one.",
  "password-malformed": "This password contains an invalid character. Type it again.",
  "password-common":
    "This password is one of the first that an attacker tries. Choose one that nobody else would think of.",
  "password-contains-name":
    "This password is made of a name that others know. Choose one that does not contain your name or the name of this site.",
  /** What the host's hook `validatePassword` says. */
  "password-refused": (reason: string) => reason,
  /** What the host's hook `beforeRegister` says. */
  "registration-refused": (reason: string) => reason,
  "password-unchanged": "This is your current password. Choose a different one.",
  "passwords-differ": "The two passwords do not match. Type both again.",
  "current-password-missing": "Enter your current password.",
  "current-password-wrong": "This is not your current password. Try again.",
  /** The same text for every reason (ENU-01). */
  "invalid-credentials": "These log-in details are incorrect. Check them and try again.",
  "email-not-verified": "Verify your e-mail address first. Follow the link in the message sent to it.",
  "another-account": (name: string) =>
    `You are logged in as ${name} now, and this form was opened for another account. Nothing was changed. Check it before you send it again.`,
  "last-superuser": "You are the only administrator. Make somebody else an administrator first.",
  "last-superuser-other": "This is the only administrator. Make somebody else an administrator first.",
  "edit-conflict":
    "Somebody else changed this user meanwhile. Nothing was saved. Your changes are still in the form: compare them with what the user is now, and save again.",
  "confirm-self":
    "This takes rights of your own away, and logs you out. Tick the box below if you want that, and save again.",
  "role-unknown": (role: string) => `There is no role “${role}” any more. Leave it out.`,
  "password-needed": "Enter a password. This site sends no mails, so it cannot invite anybody.",
  "invitation-needs-email": "Enter an e-mail address for the invitation, or choose a password for them.",
  "impersonation-off": "Nobody can act as somebody else here. The operator of this site has turned that off.",
  "impersonation-self": "You cannot act as yourself.",
  "impersonation-superuser": "Nobody can act as another administrator here.",
  "reason-too-long": "This is too long. Use at most 200 characters.",
  "no-link": "This user has no e-mail address that a link could go to.",
  "setup-token-invalid": "This token is wrong or has expired. Copy it from the server's latest start-up output.",
  "token-name-missing": "Enter a name for the token.",
  "token-name-too-long": "This name is too long. Use at most 100 characters.",
  "token-name-malformed": "This name contains a character that is not allowed. Remove it.",
  "token-lifetime-invalid": (days: number) => `Enter a whole number of days, at most ${days}.`,
  "scope-not-grantable": "You can only give a token access that you have yourself.",
  "too-many-tokens": (most: number) => `You already have ${most} tokens, which is the maximum. Revoke one first.`,
  "user-code-missing": "Enter the code that the program shows.",
  "user-code-malformed": "This is not a code. A code has eight letters and no vowels, such as BCDF-GHJK.",
  "user-code-unknown":
    "This code leads to nothing. Compare it with the one that the program shows. If both are the same, start again in the program.",
  "user-code-expired": "This code has expired. Start again in the program.",
  "other-network":
    "The program runs in another network than this browser, or in an unknown one. This site does not allow that.",
  "settings-changed":
    "Somebody else changed the settings meanwhile. Nothing was saved. The fields show what is set now, and what you changed yourself. Check them, and save again.",
  "setting-least": (name: string, least: string) => `${name}: enter at least "${least}".`,
  "setting-duration": (name: string) => `${name}: enter a duration such as "30 days" or "90 minutes".`,
  "setting-count": (name: string, least: number, most: number) =>
    `${name}: enter a whole number from ${least} to ${most}.`,
  "setting-choice": (name: string) => `${name}: choose one of the values.`,
  "setting-text": (name: string) => `${name}: enter 1 to 100 characters in one line.`,
  /** The problem is in the words of the table of options, which are English. */
  "setting-unfit": (name: string, problem: string) => `${name} ${problem}.`,
  "too-many-attempts": (seconds: number) =>
    `There were too many attempts. Nothing was changed. Try again in ${wait(seconds)}.`,
  unavailable: (seconds: number) => `The service is temporarily unavailable. Try again in ${wait(seconds)}.`
} as const
