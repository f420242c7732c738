import { isLoopback } from "@latchkey/core"
import { failureOf } from "../command/words.ts"
import type { NamedServer, ServerFacts } from "../store/store-from-env.ts"
import { checkClock } from "./check-clock.ts"
import { doubtful, type Finding, fine, unknown, wrong } from "./finding.ts"

/** So slow, and every request of every user waits noticeably. */
const SLOW_MS = 20

/** Beyond this share of its memory a server that evicts nothing is about to refuse writes. */
const FULL = 0.9

const about = "store"

/** What a Redis says of itself. Its version, and what it does with data when it restarts or is full, its opening has judged. */
export const checkRedis = async (server: NamedServer): Promise<ReadonlyArray<Finding>> => {
  const found = checkWay(server)
  try {
    const nodes = await server.facts()
    return [...found, ...nodes.flatMap((facts) => checkNode(server.name, facts))]
  } catch (error) {
    return [
      ...found,
      unknown(about, "redis-silent", `${server.name} says nothing of itself: ${failureOf(error).message}`)
    ]
  }
}

const checkWay = ({ name, hostname, isEncrypted, hasPassword }: NamedServer): ReadonlyArray<Finding> => {
  if (isLoopback(hostname)) return []
  const found: Array<Finding> = []
  if (!isEncrypted)
    found.push(
      doubtful({
        about,
        code: "redis-not-encrypted",
        what: `${name} is reached without encryption.`,
        why: "Whoever is on the way reads names and addresses, and can put in what they like.",
        mend: "Use rediss:// unless the network between is your own, such as that of one pod."
      })
    )
  if (!hasPassword)
    found.push(
      doubtful({
        about,
        code: "redis-without-password",
        what: `${name} is opened without a password.`,
        why: "Whoever reaches it is administrator of your application.",
        mend: "Set a user and a password in Redis (ACL), and write them into LATCHKEY_STORE."
      })
    )
  return found
}

const checkNode = (
  name: string,
  { version, roundTrip, clockAhead, memory, diskProblem }: ServerFacts
): ReadonlyArray<Finding> => {
  const found: Array<Finding> = [...checkClock(name, clockAhead)]
  if (diskProblem !== null)
    found.push(
      wrong({
        about,
        code: "redis-disk",
        what: `${name} could not write to its disk: ${diskProblem}.`,
        why: "It loses users and tokens when it restarts, and may refuse every change until then.",
        mend: "Look at its log, and at the room on its disk."
      })
    )
  if (memory.most !== null && memory.used > FULL * memory.most)
    found.push(
      doubtful({
        about,
        code: "redis-full-soon",
        what: `${name} uses ${Math.round((100 * memory.used) / memory.most)} % of its memory.`,
        why: "When it is full, every change fails with 503.",
        mend: "Raise maxmemory."
      })
    )
  if (roundTrip > SLOW_MS)
    found.push(
      doubtful({
        about,
        code: "redis-slow",
        what: `${name} takes ${Math.round(roundTrip)} ms to answer.`,
        why: "Every request with a session waits for one answer.",
        mend: "Run the server near its Redis, in one data centre."
      })
    )
  found.push(fine(about, "redis", `${name} is Redis ${version} and answers within ${roundTrip.toFixed(1)} ms.`))
  return found
}
