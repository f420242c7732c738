/** The pages on which people let a program log in, and the list of such programs on the profile. */
export const cliLogin = {
  code: {
    title: "Let a program log in",
    about: "A program shows you a code when it wants to log in. Enter the code to see which program it is.",
    aboutGiven: "Compare this code with the one that the program shows. Go on only if both are the same.",
    onlyYours: "Go on only if you started the program yourself. Nobody else has a reason to send you a code.",
    label: "Code",
    hint: "Eight letters, such as BCDF-GHJK.",
    submit: "Continue"
  },
  undecided: {
    title: "Let this program log in?",
    /** Around the program's name. */
    heading: { before: "Let “", after: "” log in as you?" },
    onlyYours:
      "Approve only if you started this program yourself, just now. If somebody sent you the code or a link, deny.",
    otherNetwork:
      "The program runs in another network than this browser. That is normal if it runs on a server. If you started it on this computer, deny.",
    otherNetworkRefused:
      "The program runs in another network than this browser. This site does not let it log in, so you can only deny.",
    unknownNetworkRefused:
      "This site cannot tell in which network the program runs. It does not let such a program log in, so you can only deny.",
    codeNeeded: "To approve, enter the code that the program shows.",
    approve: "Approve",
    deny: "Deny"
  },
  facts: {
    code: "Code",
    address: "Address",
    addressUnknown: "not known",
    agent: "Software",
    asked: "Asked",
    account: "Account",
    gives: "Gets",
    access: "Access",
    token: (lifetime: string) => `An access token that is valid for ${lifetime}.`,
    session: (idle: string, absolute: string) =>
      `A session that ends after ${idle} without use, and after ${absolute} in any case.`,
    identifiesOnly: "It can see who you are, and nothing else.",
    everything: "It can do everything that you can do.",
    span: (count: number, unit: "day" | "hour" | "minute") => `${count} ${unit}${count === 1 ? "" : "s"}`
  },
  approved: {
    title: "Approved",
    /** Around the program's name. */
    heading: { before: "“", after: "” may log in" },
    goBack: "Go back to the program. It logs in within a few seconds. You can close this page.",
    numberShown: "The program asks for the number that this page showed. If you no longer have it, ask for a new one.",
    attemptsLeft: (count: number) =>
      `The program sent a wrong number. ${count === 1 ? "One attempt is" : `${count} attempts are`} left.`,
    newNumber: "New number",
    denyAfterAll: "Deny after all",
    lookAgain: "See if it has logged in"
  },
  number: {
    title: "Confirm with a number",
    heading: "Type this number into the program",
    /** Around the program's name. */
    about: {
      before: "You have approved “",
      after: "”. It asks for this number before it logs in. Give the number to nobody else."
    },
    once: "This page shows the number only once. A new number replaces it."
  },
  denied: {
    title: "Denied",
    /** Around the program's name. */
    heading: { before: "“", after: "” may not log in" },
    by: {
      user: "You have denied the program. It gets nothing. You can close this page.",
      number: "The program sent a wrong number three times, so it was denied. If it is yours, start it again.",
      change:
        "Your log-in or your account changed after you approved, so the program was denied. If it is yours, start it again."
    }
  },
  loggedIn: {
    title: "The program has logged in",
    /** Around the program's name. */
    heading: { before: "“", after: "” has logged in" },
    token: "It got an access token of your account. If that is not right, revoke the token at once.",
    session: "It got a session of your account. If that is not right, end the session at once.",
    tokens: "Go to your access tokens",
    sessions: "Go to your sessions"
  },
  expired: {
    title: "The code has expired",
    /** Around the program's name. */
    heading: { before: "The code of “", after: "” has expired" },
    text: "The program has not logged in. Start again in the program, and enter the new code."
  },
  enterCode: "Enter another code",
  toList: "Go to your programs",
  list: {
    title: "Programs that log in",
    hint: "Programs whose code you entered. Deny any that you do not recognise.",
    states: {
      undecided: "Waits for you",
      approved: "Approved",
      denied: "Denied",
      "logged-in": "Has logged in",
      expired: "Expired"
    },
    asked: "Asked",
    from: "From",
    look: "Look at it",
    deny: "Deny",
    older: "Older programs",
    newest: "Newest programs"
  }
} as const
