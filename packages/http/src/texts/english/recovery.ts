/** The pages that links in mails open, and those on which people ask for a mail. */
export const recovery = {
  ask: {
    reset: {
      title: "Forgot your password?",
      text: "A link to choose a new password is sent to the e-mail address of your account.",
      submit: "Send the link"
    },
    verify: {
      title: "Verify your e-mail address",
      text: "A link to verify it is sent to the e-mail address of your account, unless it is verified already.",
      submit: "Send the link"
    },
    logIn: "Back to log-in"
  },
  choose: {
    password: "New password",
    passwordAgain: "Confirm new password",
    reset: {
      title: "Choose a new password",
      text: "A new password ends all sessions and revokes all access tokens.",
      submit: "Change password"
    },
    invite: {
      title: "Welcome",
      text: "Choose the password that you will log in with.",
      submit: "Set password"
    }
  },
  account: { before: "For the account ", after: "." },
  accountLabel: "Account",
  emailLabel: "E-mail address",
  confirm: {
    verify: {
      title: "Verify this address?",
      text: "Do this only if you created this account yourself.",
      submit: "Verify address"
    },
    "change-email": {
      title: "Use this address?",
      text: "From then on it is the address of this account. Do this only if you asked for it yourself.",
      submit: "Use this address"
    },
    "undo-email": {
      title: "Go back to this address?",
      text: "Do this if you did not change the address yourself. The account gets this address back. The password no longer works, all sessions are ended, and all access tokens are revoked. A link to choose a new password is sent to the address.",
      submit: "Go back to this address"
    }
  },
  /** The title when a code does nothing. */
  invalid: "This link does not work",
  /** Where another code can be had. */
  another: {
    reset: "Ask for another link",
    verify: "Send me a link to verify my address",
    "change-email": "Go to your profile"
  },
  /** On the profile. */
  notVerified: "This address is not verified.",
  pending: { before: "A link was sent to ", after: ". The address changes once you follow it." },
  cancel: "Keep the current address"
} as const
