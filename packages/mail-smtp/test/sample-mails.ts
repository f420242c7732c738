import { type Mail, type MailKind, mailKinds, type User } from "@latchkey/core"

export { mailKinds as kinds }

const HOUR_MS = 3_600_000

/** A mail to Ada, whose link is as long as real ones are. */
export const sampleMail = (kind: MailKind, changes: Partial<Mail> = {}): Mail => ({
  kind,
  to: "ada@example.org",
  link: `https://app.example.org/${kind}?token=${token}&lang=en`,
  token,
  expiresAt: Date.now() + 24 * HOUR_MS,
  user: ada,
  lang: "en",
  application: "Harbour",
  ...changes
})

export const token = "lk_otc_0192f0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9"

const ada = {
  id: "0192f0c1-0000-7000-8000-000000000001",
  username: "ada",
  email: "ada@example.org",
  isActive: true,
  isSuperuser: false,
  isVerified: false,
  mustChangePassword: false,
  epoch: 1,
  createdAt: 0,
  updatedAt: 0,
  lastLoginAt: null
} as unknown as User // the id has a brand of core's own
