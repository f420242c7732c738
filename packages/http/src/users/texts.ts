/** The texts beside the fields for names and new passwords. */
export const userTexts = {
  names: { username: "username", email: "e-mail address" },
  nameInvalid: {
    missing: (name: string) => `Enter ${name === "username" ? "a" : "an"} ${name}.`,
    "too-long": (name: string) => `This ${name} is too long. Use a shorter one.`,
    malformed: (name: string) => `This is not a valid ${name}. Check it for typing errors and unusual characters.`,
    reserved: (name: string) => `This ${name} is reserved. Choose another one.`,
    "mixed-scripts": (name: string) => `This ${name} mixes letters of different alphabets. Use one alphabet only.`
  },
  nameTaken: (name: string) => `This ${name} is already taken. Choose another one.`,
  passwordRefused: {
    "too-short": "This password is too short. Combine several unrelated words.",
    "too-long": "This password is too long. Use a shorter one.",
    malformed: "This password contains an invalid character. Type it again.",
    common: "This password is one of the first that an attacker tries. Choose one that nobody else would think of.",
    "contains-name":
      "This password is made of a name that others know. Choose one that does not contain your name or the name of this site."
  },
  passwordsDiffer: "The two passwords do not match. Type both again."
} as const
