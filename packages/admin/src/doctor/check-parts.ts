import { type AuthOptions, isConfigurationError } from "@latchkey/core"
import { plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { checkEnvironment, checkProcess } from "./check-environment.ts"
import { type Finding, unknown, wrong } from "./finding.ts"

/** The parts of an application that are made of variables, and what is wrong with those. */
export interface Parts {
  readonly hasMailer: boolean
  readonly accessTokens: AuthOptions["accessTokens"]
  readonly findings: ReadonlyArray<Finding>
}

/** With `--config` they come from there. */
export const partsOf = async (
  settings: Pick<AuthOptions, "mailer" | "accessTokens">,
  { config }: { readonly config?: string },
  world: World
): Promise<Parts> => {
  const { env } = world
  if (config !== undefined)
    return { hasMailer: settings.mailer != null, accessTokens: settings.accessTokens, findings: checkProcess(env) }
  const mails = await ifInstalled(import("../command/env-mailer.ts"))
  const signed = await ifInstalled(import("./env-jwt.ts"))
  const ofSigned = signed?.jwtVariables ?? Object.keys(env).filter((name) => name.startsWith("LATCHKEY_JWT_"))
  const findings: Array<Finding> = [...checkEnvironment(env, ofSigned)]
  const hasMailer = Boolean(env.LATCHKEY_SMTP_URL || env.LATCHKEY_MAIL_DIR)
  if (mails === null && hasMailer) findings.push(missing("@latchkey/mail-smtp"))
  if (signed === null && ofSigned.length > 0) findings.push(missing("@latchkey/jwt"))
  const mailer = orTell("mail", findings, () => mails?.envMailer(world, () => undefined))
  await mailer?.close()
  return { hasMailer, accessTokens: orTell("configuration", findings, () => signed?.jwtFromEnv(env)), findings }
}

const missing = (name: string): Finding =>
  unknown("configuration", "no-package", `${name} is not installed here, so its variables were not read.`)

const ifInstalled = <Module>(loading: Promise<Module>): Promise<Module | null> =>
  loading.catch((error) => {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return null
    throw error
  })

/** Makes a part of variables, or tells why it cannot be. */
const orTell = <Part>(
  about: "mail" | "configuration",
  findings: Array<Finding>,
  make: () => Part
): Part | undefined => {
  try {
    return make()
  } catch (error) {
    if (!isConfigurationError(error)) throw error
    for (const { setting, problem } of error.problems)
      findings.push(
        wrong({
          about,
          code: about === "mail" ? "mailer-refused" : "option-refused",
          what: plainText(`${setting} ${problem}.`, 500),
          why: "A server with this configuration does not start.",
          mend: "Correct it."
        })
      )
    return undefined
  }
}
