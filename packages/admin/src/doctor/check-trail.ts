import type { AuditRecord, Auth } from "@latchkey/core"
import { isPrivateAddress } from "./addresses.ts"
import { doubtful, type Finding, fine, wrong } from "./finding.ts"

/** So many of the newest events are looked at. */
const NEWEST = 200
/** Of fewer nothing follows. */
const ENOUGH = 20
/** What clocks of several machines may differ. */
const AHEAD_MS = 30_000

/** What the newest events say of clocks and proxies. */
export const checkTrail = async ({ audit }: Pick<Auth, "audit">, now: number): Promise<ReadonlyArray<Finding>> => {
  const records = await audit.list({ limit: NEWEST })
  return [...checkTimes(records, now), ...checkAddresses(records)]
}

const checkTimes = (records: ReadonlyArray<AuditRecord>, now: number): ReadonlyArray<Finding> => {
  const latest = Math.max(0, ...records.map(({ event }) => event.at))
  if (latest <= now + AHEAD_MS) return []
  return [
    wrong({
      about: "clock",
      code: "events-from-the-future",
      what: `The trail has an event from ${Math.round((latest - now) / 1_000)} s in the future.`,
      why: "A server's clock was ahead, or this one's is behind: what ends by the clock ends at the wrong time.",
      mend: "Let all machines ask a time server: timedatectl set-ntp true"
    })
  ]
}

const checkAddresses = (records: ReadonlyArray<AuditRecord>): ReadonlyArray<Finding> => {
  const addresses = records.flatMap(({ event }) => (event.ip === null ? [] : [event.ip]))
  if (addresses.length < ENOUGH) return []
  const different = new Set(addresses)
  const [only = ""] = different
  if (different.size > 1 || !isPrivateAddress(only))
    return [fine("trail", "addresses", `The newest events come from ${different.size} different addresses.`)]
  return [
    doubtful({
      about: "trail",
      code: "one-address",
      what: `All of the newest ${addresses.length} events with an address come from ${only}.`,
      why: "That is an address of your own network, maybe of a proxy. Then all visitors share their limits, and the trail does not say who came.",
      mend: "If a proxy has this address, list it in LATCHKEY_SESSIONS_TRUSTED_PROXIES."
    })
  ]
}
