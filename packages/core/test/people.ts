/** Someone who registers, and the passwords that no test types anywhere else. */
export const ada = {
  username: "ada",
  email: "ada@example.org",
  password: "seven wet umbrellas"
} as const

export const newPassword = "eleven dry parasols"

/** A peer by its address, with nothing else known. */
export const from = (ip: string) => ({ ip, userAgent: null })
