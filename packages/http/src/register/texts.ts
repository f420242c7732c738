/** The texts of the registration page. */
export const registerTexts = {
  title: "Create an account",
  password: "Password",
  submit: "Create account",
  haveAccount: "Already have an account?",
  logIn: "Log in"
} as const
