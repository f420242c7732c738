const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** The parts that several pages share. */
export const page = {
  skipLink: "Skip to main content",
  menu: "Account",
  loggedInAs: "Logged in as",
  failedTitle: "Error: ",
  problemTitle: "There is a problem",
  fieldError: "Error: ",
  username: "Username",
  email: "E-mail address",
  currentPassword: "Current password",
  currentPasswordHint: "Confirms that it is you.",
  passwordHint: (minimum: number, maximum: number) =>
    `${minimum} to ${maximum} characters. Several unrelated words work well. Spaces are allowed.`,
  optional: "Optional.",
  eitherIsEnough: "Enter a username, an e-mail address, or both.",
  show: "Show",
  hide: "Hide",
  copy: "Copy",
  copied: "Copied",
  cancel: "Cancel",
  status: (status: number) => `Error ${status}`,
  navigation: { login: "Log in", profile: "Profile", tokens: "Tokens", admin: "Administration", logout: "Log out" },
  devMode: {
    label: "Development mode",
    text: "Development mode: whoever registers becomes an administrator. Turn unsafeDevMode off before others can reach this site."
  },
  /** Around the name of the user as whom an administrator acts. */
  acting: { label: "Impersonation", before: "You act as ", after: ".", stop: "Stop" },
  day: (day: number, month: number, year: number) => `${day} ${MONTHS[month]} ${year}`,
  justNow: "just now",
  ago: (count: number, unit: "day" | "hour" | "minute") => `${count} ${unit}${count === 1 ? "" : "s"} ago`
} as const
