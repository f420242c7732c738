import { account } from "./english/account.ts"
import { admin } from "./english/admin.ts"
import { cliLogin } from "./english/cli-login.ts"
import { errors } from "./english/errors.ts"
import { login } from "./english/login.ts"
import { mail } from "./english/mail.ts"
import { notices } from "./english/notices.ts"
import { page } from "./english/page.ts"
import { password } from "./english/password.ts"
import { problems } from "./english/problems.ts"
import { profile } from "./english/profile.ts"
import { recovery } from "./english/recovery.ts"
import { register } from "./english/register.ts"
import { sessions } from "./english/sessions.ts"
import { settings } from "./english/settings.ts"
import { setup } from "./english/setup.ts"
import { tokens } from "./english/tokens.ts"

/** Every sentence of the pages and mails in English, the default catalogue. */
export const english = {
  /** The language as a tag of BCP 47: what `lang` says on every page, and what `Accept-Language` is compared with. */
  language: "en",
  page,
  login,
  register,
  setup,
  settings,
  password,
  profile,
  account,
  sessions,
  tokens,
  cliLogin,
  admin,
  mail,
  recovery,
  /** By code. */
  errors,
  /** By code. */
  notices,
  problems
} as const
