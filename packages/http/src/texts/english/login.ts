/** The login and logout pages. */
export const login = {
  title: "Log in",
  name: { username: "Username", email: "E-mail address", both: "Username or e-mail address" },
  password: "Password",
  submit: "Log in",
  forgot: "Forgot your password?",
  newHere: "New here?",
  register: "Create an account",
  logout: {
    title: "Log out",
    heading: "Log out?",
    loggedInAs: { before: "You are logged in as ", after: "." },
    othersStay: "Your sessions in other browsers and programs stay open.",
    submit: "Log out",
    stay: "Stay logged in"
  }
} as const
