/** The registration page. */
export const register = {
  title: "Create an account",
  password: "Password",
  passwordAgain: "Confirm password",
  submit: "Create account",
  haveAccount: "Already have an account?",
  logIn: "Log in"
} as const
