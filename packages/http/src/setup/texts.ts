/** What the page for the first administrator says. */
export const setupTexts = {
  title: "Set up",
  about:
    "Nobody can log in here yet. Create the first account now: it becomes the administrator and manages everyone else. This page closes for good once you have.",
  token: "Setup token",
  tokenHint: "The server printed it when it started: look in its output or log. It works once.",
  password: "Password",
  passwordAgain: "Password again",
  submit: "Create administrator",
  tokenInvalid: "This token is not valid. Take it from the server's start-up output."
} as const
