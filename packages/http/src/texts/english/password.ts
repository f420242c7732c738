/** The page that changes the password, and nothing else. */
export const password = {
  title: "Choose a new password",
  mustChange: "Before you can continue, choose a new password that only you know."
} as const
