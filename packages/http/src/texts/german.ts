import { account } from "./german/account.ts"
import { admin } from "./german/admin.ts"
import { cliLogin } from "./german/cli-login.ts"
import { errors } from "./german/errors.ts"
import { login } from "./german/login.ts"
import { mail } from "./german/mail.ts"
import { notices } from "./german/notices.ts"
import { page } from "./german/page.ts"
import { password } from "./german/password.ts"
import { problems } from "./german/problems.ts"
import { profile } from "./german/profile.ts"
import { recovery } from "./german/recovery.ts"
import { register } from "./german/register.ts"
import { sessions } from "./german/sessions.ts"
import { settings } from "./german/settings.ts"
import { setup } from "./german/setup.ts"
import { tokens } from "./german/tokens.ts"
import type { Texts } from "./texts.ts"

/** Every sentence of the pages and mails in German, with formal address. */
export const german: Texts = {
  language: "de",
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
  errors,
  notices,
  problems
}
