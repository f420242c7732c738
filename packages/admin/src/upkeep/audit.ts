import type { AuditRecord, AuditType, ChainAnchor } from "@latchkey/core"
import { CommandFailed, exitCodes, usage } from "../command/exit-codes.ts"
import { type CommonOptions, withAuth } from "../command/open.ts"
import { counted, dayAndTime, jsonLine, plainText, table } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { findUser } from "../users/find-user.ts"

export interface AuditListOptions extends CommonOptions {
  readonly user?: string
  readonly type?: AuditType
  /** Milliseconds. */
  readonly since?: number
  readonly limit?: number
  readonly request?: string
}

const MOST_PER_PAGE = 500

/** As much of an anchor as verifying needs. */
type KeptAnchor = Pick<ChainAnchor, "sequence" | "hash">

/** `latchkey-admin audit list`: events, newest first. */
export const listEvents = (options: AuditListOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const { screen } = world
    const { type, request, since = 0, limit: most = 50 } = options
    const query = {
      ...(type === undefined ? {} : { type }),
      ...(request === undefined ? {} : { request }),
      ...(options.user === undefined ? {} : { user: (await findUser(auth, options.user)).id })
    }
    const records: Array<AuditRecord> = []
    for (let before: number | undefined; records.length < most; ) {
      const limit = Math.min(MOST_PER_PAGE, most - records.length)
      const page: ReadonlyArray<AuditRecord> = await auth.audit.list({
        ...query,
        limit,
        ...(before === undefined ? {} : { before })
      })
      const wanted = page.filter(({ event }) => event.at >= since)
      if (options.json) for (const record of wanted) await screen.out(jsonLine(record))
      records.push(...wanted)
      before = page.at(-1)?.sequence
      if (page.length < limit || wanted.length === 0) break
    }
    if (!options.json) await screen.out(table([HEAD, ...records.map(cells)], screen.columns))
  })

const HEAD = ["PLACE", "WHEN", "WHAT", "WHO", "WITH", "WHOM", "DETAILS"]

const cells = ({ sequence, event }: AuditRecord): ReadonlyArray<string> => [
  String(sequence),
  dayAndTime(event.at),
  event.type,
  event.actor ?? "-",
  plainText(event.actedWith ?? "-", 60),
  event.subject ?? "-",
  plainText(JSON.stringify(event.details), 200)
]

/** `latchkey-admin audit verify`: whether every link of the trail holds. */
export const verifyTrail = (options: CommonOptions & { readonly anchor?: KeptAnchor }, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const verdict = await auth.audit.verifyChain(options.anchor)
    if (options.json) await world.screen.out(jsonLine(verdict))
    if (!verdict.holds)
      throw new CommandFailed({
        name: "TrailBroken",
        message:
          verdict.brokenAt === null
            ? "The trail does not hold: events are missing at its end."
            : `The trail does not hold: event ${verdict.brokenAt} was changed, or events before it are missing.`,
        exitCode: exitCodes.unsound
      })
    if (options.json) return
    const from =
      verdict.start === null ? "" : ` It begins after event ${verdict.start.sequence}: older ones were removed.`
    world.screen.err(
      `${counted(verdict.count, "event")} hold together.${from}${anchorWords[verdict.anchor ?? "none"]}\n`
    )
    if (!auth.settings.audit.chain)
      world.screen.err("New events are not linked: the option audit.chain is off, here at least.\n")
  })

const anchorWords = {
  kept: " The anchor is one of them.",
  removed: " The anchor was removed with older events, so it says nothing any more.",
  none: ""
} as const

/** `latchkey-admin audit anchor`: the newest link, to be kept where nobody who can write to the store can write. */
export const showAnchor = (options: CommonOptions, world: World): Promise<void> =>
  withAuth(options, world, async ({ auth }) => {
    const anchor = await auth.audit.anchor()
    if (anchor === null) throw usage("The trail has no linked event: turn on audit.chain.")
    await world.screen.out(options.json ? jsonLine(anchor) : `${anchor.sequence}:${anchor.hash}\n`)
  })

/** An anchor as `audit anchor` prints it; null if it is none. */
export const parseAnchor = (text: string): KeptAnchor | null => {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  return sequence === undefined || hash === undefined ? null : { sequence: Number(sequence), hash }
}
