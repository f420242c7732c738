import { nearestVariable, settingEntries } from "@latchkey/core"
import { legacyPasswordVariables } from "@latchkey/core/legacy-passwords"
import { plainText } from "../command/words.ts"
import { storeVariables } from "../store/store-from-env.ts"
import { doubtful, type Finding, wrong } from "./finding.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** Of other packages of Latchkey: mails, and the command for users. */
const others = [
  ...storeVariables,
  ...legacyPasswordVariables,
  "LATCHKEY_SMTP_URL",
  "LATCHKEY_MAIL_FROM",
  "LATCHKEY_MAIL_DIR",
  "LATCHKEY_SERVER"
]

const ours: ReadonlyArray<string> = [...settingEntries.map(({ variable }) => variable), ...others]

/** What the variables say by themselves, whatever their values mean. `more` are those of packages that may be missing. */
export const checkEnvironment = (env: Environment, more: ReadonlyArray<string> = []): ReadonlyArray<Finding> => {
  const known = [...ours, ...more]
  const unknowns = Object.keys(env).filter((name) => name.startsWith("LATCHKEY_") && !known.includes(name))
  return [...unknowns.map((name) => unknownVariable(name, known)), ...checkProcess(env)]
}

/** What of them counts also where the options are code, which refuses unknown ones itself or reads none. */
export const checkProcess = (env: Environment): ReadonlyArray<Finding> => {
  const found: Array<Finding> = []
  if (env.LATCHKEY_ADMIN_PASSWORD)
    found.push(
      doubtful({
        about: "configuration",
        code: "admin-password-kept",
        what: "LATCHKEY_ADMIN_PASSWORD is still set.",
        why: "It is read only when the administrator is made. From then on it is a password that lies in a file.",
        mend: "Remove it once the administrator has logged in and chosen another one."
      })
    )
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0")
    found.push(
      wrong({
        about: "configuration",
        code: "certificates-ignored",
        what: "NODE_TLS_REJECT_UNAUTHORIZED is 0.",
        why: "Node then believes every server that it connects to: whoever is on the way reads mails and the store.",
        mend: "Remove it, and name the authority of your own certificates by NODE_EXTRA_CA_CERTS."
      })
    )
  return found
}

const unknownVariable = (name: string, known: ReadonlyArray<string>): Finding => {
  const meant = nearestVariable(name, known)
  const trouble = {
    about: "configuration",
    code: "unknown-variable",
    what: `${plainText(name)} is no variable of Latchkey.${meant === null ? "" : ` Did you mean ${meant}?`}`,
    why: "A misspelt option has no effect. A server that reads its options by authSettingsFromEnv does not start with it.",
    mend: "Correct it, remove it, or, if it is one of your own, give it a name that begins otherwise."
  } as const
  return meant === null ? doubtful(trouble) : wrong(trouble)
}
