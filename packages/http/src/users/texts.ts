/** What is said beside the fields that name a user and choose a password. */
export const userTexts = {
  names: { username: "username", email: "e-mail address" },
  nameInvalid: {
    missing: (name: string) => `Give ${name === "username" ? "a" : "an"} ${name}.`,
    "too-long": (name: string) => `This ${name} is too long.`,
    malformed: (name: string) => `This ${name} has a form or a character that cannot be used.`,
    reserved: (name: string) => `This ${name} is reserved.`,
    "mixed-scripts": (name: string) => `This ${name} mixes letters of several scripts.`
  },
  nameTaken: (name: string) => `This ${name} is taken.`,
  passwordRefused: {
    "too-short": "This password is too short: put several unrelated words together.",
    "too-long": "This password is too long: use a shorter one.",
    malformed: "This password has a character that cannot be stored: type it again.",
    common: "This password is among the first that an attacker tries: choose one that nobody else would.",
    "contains-name": "This password is made of a name that others know: choose one that says nothing about you."
  },
  passwordsDiffer: "The two passwords are not the same."
} as const
