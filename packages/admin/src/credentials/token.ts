import { type Lifetime, reveal } from "@latchkey/core"
import { CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { byOperator } from "../command/operator.ts"
import { dayAndTime, jsonLine, plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser, nameOf } from "../users/find-user.ts"

export interface TokenOptions extends CommonOptions {
  readonly name: string
  readonly scope?: ReadonlyArray<string>
  readonly expires?: string
  readonly endless?: boolean
}

/** `latchkey-admin token <user>`: makes a personal access token and prints it, this once. */
export const issueToken = (user: string, options: TokenOptions, world: World): Promise<void> => {
  if (options.endless && options.expires !== undefined) throw usage("Say --expires or --endless, not both.")
  return withAuth(options, world, async ({ auth }) => {
    const owner = await findUser(auth, user)
    if (!owner.isActive)
      throw new CommandFailed({
        name: "UserInactive",
        message: `${plainText(nameOf(owner))} is not active, so the token would open nothing: latchkey-admin users activate`,
        exitCode: exitCodes.refused
      })
    const lifetime = options.endless ? "endless" : options.expires
    const { token, secret } = await auth.tokens
      .issue(
        { user: owner, scopes: "all" },
        {
          name: options.name,
          scopes: options.scope ?? [],
          ...(lifetime === undefined ? {} : { lifetime: lifetime as Lifetime }), // core reads it, and refuses what is none
          by: byOperator
        }
      )
      .catch((error) => sayHow(error, Object.keys(auth.settings.tokens.scopes)))
    if (options.json) return world.screen.out(jsonLine({ ...token, secret: reveal(secret) }))
    await world.screen.out(`${reveal(secret)}\n`)
    const end = token.expiresAt === null ? "never ends" : `ends on ${dayAndTime(token.expiresAt)}`
    const scopes = token.scopes.length === 0 ? "none" : token.scopes.join(" ")
    world.screen.err(
      `This token of ${plainText(nameOf(owner))} is not shown again. It ${end}. Scopes: ${plainText(scopes)}.\n`
    )
  })
}

const sayHow = (error: unknown, declared: ReadonlyArray<string>): never => {
  if (!(error instanceof Error && "_tag" in error && error._tag === "ScopeNotGrantable" && "scope" in error))
    throw error
  const known =
    declared.length === 0
      ? "The application declares none here: give its options by --config."
      : `The application declares: ${declared.join(" ")}`
  throw new CommandFailed({
    name: "ScopeNotGrantable",
    message: `There is no scope ${plainText(String(error.scope))}. ${known}`,
    exitCode: exitCodes.refused
  })
}
