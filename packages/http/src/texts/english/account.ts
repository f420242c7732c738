/** The account as a whole, on the profile page, and the questions before it is downloaded or deleted. */
export const account = {
  title: "Your data",
  hint: "What is kept of you here.",
  name: "Account",
  download: {
    title: "Download your data",
    question: "Download your data?",
    consequences:
      "You get a file with all that is kept of you here: your account, your sessions, access tokens and programs, and the log of what happened. Passwords and other secrets are not in it. Keep the file where nobody else can read it.",
    submit: "Download",
    back: "Back to your profile"
  },
  remove: {
    title: "Delete your account",
    question: "Delete your account?",
    consequences:
      "Your account, all sessions, access tokens and programs are deleted at once. This cannot be undone. Only the security log stays until its time is over. It has an id in place of your name, and the addresses and browsers that you used.",
    submit: "Delete account",
    back: "Keep account"
  }
} as const
