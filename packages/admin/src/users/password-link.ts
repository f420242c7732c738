import { type Auth, type AuthOptions, Links, type Mail, type PasswordLink, reveal } from "@latchkey/core"
import { CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { installed } from "../command/installed.ts"
import { type CommonOptions, NOWHERE, type Opened, readApplication, withAuth } from "../command/open.ts"
import { byOperator } from "../command/operator.ts"
import { dayAndTime, jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser, nameOf } from "./find-user.ts"

export interface LinkOptions extends CommonOptions {
  /** Mails the link in place of printing it. */
  readonly mail?: boolean
}

/** `latchkey-admin users password-link <user>`: a one-time link by which a user chooses a password. */
export const passwordLink = (user: string, options: LinkOptions, world: World): Promise<void> =>
  withLinks(options, world, async ({ auth }) => {
    const { id } = await findUser(auth, user)
    return auth.recovery.sendPasswordLink(id, byOperator)
  })

/** Makes a link by `make`, and prints it or mails it. */
export const withLinks = async (
  options: LinkOptions,
  world: World,
  make: (opened: Opened) => Promise<PasswordLink>
): Promise<void> => {
  const { settings } = await readApplication(options, world)
  if (settings.publicUrl === undefined || settings.publicUrl === NOWHERE)
    throw usage("A link needs the address of your server: set LATCHKEY_PUBLIC_URL as it is there.")
  const post = options.mail ? await postOffice(settings, options, world) : null
  await withAuth(
    options,
    world,
    async (opened) => {
      const { auth } = opened
      const { makeSurface } = await installed("@latchkey/http", import("@latchkey/http"))
      makeSurface(auth) // tells where the pages are that links lead to
      const { user, kind, secret, expiresAt } = await make(opened)
      if (post !== null) return
      const link = await linkOf(auth, kind, reveal(secret))
      if (options.json) return world.screen.out(jsonLine({ user: user.id, link, expiresAt }))
      await world.screen.out(`${link}\n`)
      world.screen.err(
        `${plainText(nameOf(user))} chooses a password by this link. It works once, until ${dayAndTime(expiresAt)}. Hand it to nobody else.\n`
      )
    },
    { mailer: post?.mailer ?? null }
  )
  if (post === null) return
  await post.close()
  const to = post.sentTo()
  if (to === null)
    throw new CommandFailed({
      name: "MailNotSent",
      message:
        "The mail was not sent: see above. To make another link: latchkey-admin users password-link, with or without --mail",
      exitCode: exitCodes.failed
    })
  if (options.json) await world.screen.out(jsonLine({ mailedTo: to }))
  else world.screen.err(`The link was mailed to ${plainText(to)}.\n`)
}

const linkOf = async (auth: Auth, kind: PasswordLink["kind"], token: string): Promise<string> => {
  const link = await auth.run(Links.use(({ linkTo }) => linkTo(kind, token)))
  if (link !== null) return link
  throw usage("There is no page for such links.")
}

/** The mailer of the application, and to whom it has delivered. */
const postOffice = async (settings: AuthOptions, { config }: LinkOptions, world: World) => {
  const warn = (line: string) => world.screen.err(`latchkey-admin: warning: ${line}\n`)
  const own = config === undefined ? await mailerOfEnv(world, warn) : settings.mailer
  if (own === null || own === undefined)
    throw usage(
      "There is no mailer: set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM, or leave out --mail to see the link."
    )
  let sentTo: string | null = null
  const send = async (mail: Mail) => {
    await own.send(mail)
    sentTo = mail.to
  }
  return {
    mailer: { ...own, send },
    sentTo: () => sentTo,
    close: async () => {
      if ("close" in own && typeof own.close === "function") await own.close()
    }
  }
}

const mailerOfEnv = async (world: World, warn: (line: string) => void) => {
  const { envMailer } = await installed("@latchkey/mail-smtp", import("../command/env-mailer.ts"))
  return envMailer(world, warn)
}
