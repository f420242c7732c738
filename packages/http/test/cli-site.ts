import { ada, type Person, type WireAnswer } from "@latchkey/conformance/adapter"
import type { Auth } from "@latchkey/core"
import * as Cause from "effect/Cause"
import * as Logger from "effect/Logger"
import { openSite, type Site } from "./site.ts"
import { type Fate, type RuledStore, ruledStore } from "./stores.ts"

/** Somebody else. */
export const grace: Person = { username: "grace", password: "eleven wet boots in a row" }

/** A site with ada and grace, on a store that tells what it was asked, with all that it logs. */
export interface CliSite extends Site {
  readonly user: Awaited<ReturnType<Auth["users"]["create"]>>
  readonly ruled: RuledStore
  readonly log: ReadonlyArray<string>
  /** Approves a program, as ada does on the page. The number for the program, if it asks for one. */
  readonly approve: (code: string) => ReturnType<Auth["cliLogins"]["approve"]>
}

export const openCliSite = async (
  { tokens, ...options }: Parameters<typeof openSite>[0] = {},
  surfaceOptions: Parameters<typeof openSite>[1] = {}
): Promise<CliSite> => {
  const ruled = ruledStore()
  const { log, ambient } = keepingLogger()
  const scopes = { "packages:read": "Download packages", "packages:write": "Upload packages" }
  const site = await openSite(
    { store: ruled.store, ambient, ...options, tokens: { scopes, ...tokens } },
    surfaceOptions
  )
  const user = await site.auth.users.create({ ...ada, email: "ada@example.org" })
  await site.auth.users.create(grace)
  const approve = async (code: string) => {
    const { id } = await site.auth.cliLogins.lookUp({ user }, code)
    return site.auth.cliLogins.approve({ user }, id)
  }
  return { ...site, user, ruled, log, approve }
}

const keepingLogger = () => {
  const log: Array<string> = []
  const logger = Logger.make(({ cause, logLevel, message }) => {
    log.push(`${logLevel} ${JSON.stringify(message)} ${Cause.pretty(cause)}`)
  })
  return { log, ambient: Logger.layer([logger]) }
}

export const bodyOf = (answer: WireAnswer) => JSON.parse(answer.body)

/** How many times each value occurs. */
export const tally = (values: ReadonlyArray<string | number>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

/** Holds the calls of one verb until so many have come, so that none has seen what another did. */
export const allTogether = (verb: string, count: number): ((operation: string) => Fate) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let calls = 0
  return (operation) => {
    if (operation !== verb) return "pass"
    if (++calls === count) resolve()
    return calls > count ? "pass" : promise
  }
}
