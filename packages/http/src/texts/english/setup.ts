/** The setup page. */
export const setup = {
  title: "Set up",
  /** Around the name of the application. */
  heading: { before: "Set up ", after: "" },
  about:
    "Create the first account. It becomes the administrator and manages all other users. This page closes permanently once the account exists.",
  token: "Setup token",
  tokenHint: "The server prints this token when it starts. Look in its output or log. The token works once.",
  password: "Password",
  passwordAgain: "Confirm password",
  submit: "Create administrator"
} as const
