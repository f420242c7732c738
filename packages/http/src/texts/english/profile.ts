/** The profile page. */
export const profile = {
  title: "Your profile",
  loggedInAs: "Logged in as",
  details: {
    title: "Your details",
    hint: "What you log in with.",
    either: "You can log in with either.",
    submit: "Save details"
  },
  password: {
    title: "Password",
    hint: "Changing your password ends all your other sessions and revokes all your access tokens.",
    password: "New password",
    passwordAgain: "Confirm new password",
    submit: "Change password"
  }
} as const
