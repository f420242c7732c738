import { type Auth, type ConfigurationError, createAuth, SweepsByItself, settingEntries } from "@latchkey/core"
import * as Layer from "effect/Layer"
import { logTo } from "../command/log.ts"
import type { Application } from "../command/open.ts"
import { counted, failureOf, plainText } from "../command/words.ts"
import { checkFile, lookAtFile } from "./check-file.ts"
import { checkRedis } from "./check-redis.ts"
import { type Around, checkSettings } from "./check-settings.ts"
import { checkTrail } from "./check-trail.ts"
import { doubtful, type Finding, fine, unknown, wrong } from "./finding.ts"

/** So slow, and every request of every user waits noticeably. */
const SLOW_MS = 20
const TIMES = 5

/** Opens the application as its server would, and looks at all that it has. `more` looks further while it is open. */
export const checkApplication = async (
  application: Application,
  around: Around,
  more: (auth: Auth) => Promise<ReadonlyArray<Finding>>
): Promise<ReadonlyArray<Finding>> => {
  const seen = await Promise.all(application.files.map(lookAtFile))
  const found = await openAndCheck(application, around, more)
  return [...(await Promise.all(seen.map(checkFile))).flat(), ...found]
}

const openAndCheck = async (
  { name, settings, servers }: Application,
  { isProduction, hasMailer }: Around,
  more: (auth: Auth) => Promise<ReadonlyArray<Finding>>
): Promise<ReadonlyArray<Finding>> => {
  const found: Array<Finding> = []
  const log = logTo(({ text }) => {
    found.push(atStart(text))
  })
  const mailer = hasMailer ? { send: async () => undefined } : null // nothing is sent
  const auth = await createAuth(
    { ...settings, mailer },
    Layer.mergeAll(log, Layer.succeed(SweepsByItself, false))
  ).catch((error) => {
    found.push(...refused(error, name))
    return null
  })
  if (auth === null) return found
  try {
    found.push(...checkSettings(auth.settings, { isProduction, hasMailer }))
    found.push(...(await checkAnswers(auth, name)))
    for (const server of servers) found.push(...(await checkRedis(server)))
    found.push(...(await checkTrail(auth, Date.now())), ...(await more(auth)))
  } catch (error) {
    found.push(...refused(error, name))
  } finally {
    await auth.close()
  }
  return found
}

const atStart = (text: string): Finding =>
  doubtful({
    about: "configuration",
    code: "start-warning",
    what: `A server with this configuration warns at its start: ${text}.`,
    why: "It starts all the same, and something does not work as people expect.",
    mend: "Do what the warning says."
  })

/** Every problem by the name that the operator gave it: a variable, or an option of --config. */
const refused = (error: unknown, name: string): ReadonlyArray<Finding> => {
  const { message } = failureOf(error)
  if (isConfigurationError(error))
    return error.problems.map(({ setting, problem }) =>
      wrong({
        about: "configuration",
        code: "option-refused",
        what: plainText(`${settingEntries.find(({ path }) => path === setting)?.variable ?? setting} ${problem}.`, 500),
        why: "A server with this configuration does not start.",
        mend: "Correct it. All options: https://github.com/latchkey-auth/latchkey/blob/main/docs/reference/options.md"
      })
    )
  return [
    wrong({
      about: "store",
      code: "store-away",
      what: plainText(`The store ${name} cannot be used: ${message}.`, 500),
      why: "A server answers 503, or does not start.",
      mend: "Do what the message says. Look whether the server of the store runs and can be reached from here."
    })
  ]
}

const isConfigurationError = (error: unknown): error is ConfigurationError =>
  error instanceof Error && "_tag" in error && error._tag === "ConfigurationError"

const checkAnswers = async (auth: Auth, name: string): Promise<ReadonlyArray<Finding>> => {
  const times: Array<number> = []
  let isSetUp = false
  for (let time = 0; time < TIMES; time++) {
    const begun = performance.now()
    isSetUp = !(await auth.setup.needed())
    times.push(performance.now() - begun)
  }
  const usual = times.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)] ?? 0
  const { total, isExact } = await auth.users.count()
  const found: Array<Finding> = [
    fine(
      "store",
      "store",
      `The store ${plainText(name)} answers within ${Math.max(0.1, usual).toFixed(1)} ms and has ${isExact ? "" : "at least "}${counted(total, "user")}.`
    )
  ]
  if (usual > SLOW_MS)
    found.push(
      doubtful({
        about: "store",
        code: "store-slow",
        what: `The store takes ${Math.round(usual)} ms to answer.`,
        why: "Every request with a session waits for one answer.",
        mend: "Run the server near its store, and look what else keeps the disk busy."
      })
    )
  if (!isSetUp)
    found.push(
      doubtful({
        about: "configuration",
        code: "no-administrator",
        what: "There is no administrator yet.",
        why: "Nobody can register, and whoever has the link of setup becomes administrator.",
        mend: "latchkey-admin create-admin"
      })
    )
  if (auth.settings.audit.chain) return found
  return [
    ...found,
    unknown(
      "trail",
      "not-linked",
      "Events are not linked (audit.chain is off), so a change of the trail cannot be seen."
    )
  ]
}
