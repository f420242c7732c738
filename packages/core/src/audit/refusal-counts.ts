import * as Effect from "effect/Effect"
import type { CountedType, Tally } from "./audit-event.ts"
import { type CountedEvent, groupOf } from "./counted.ts"

/** After the first refusal of a minute, its counts are written when the minute is over. */
const WINDOW = "1 minute"

/**
 * How many groups of each kind a minute tells apart. Refusals beyond them share one event, so a flood from everywhere
 * takes a bounded memory and a bounded number of rows, and a flood of one kind hides no other.
 */
const GROUPS_OF_A_KIND = 100

/** The group of all refusals of a kind that found no room of their own. */
const OTHERS = "others"

interface Group {
  readonly first: CountedEvent
  readonly networks: Tally["networks"]
  count: number
}

/**
 * Counts refusals in memory, by kind and group, and gives `write` one event for each group a minute after the first, and
 * when the layer closes (AUD-07, AUD-08). Adding one calls nothing and waits for nothing.
 */
export const makeRefusalCounts = Effect.fnUntraced(function* (
  write: (events: ReadonlyArray<CountedEvent>) => Effect.Effect<void>
) {
  const scope = yield* Effect.scope
  let groups = new Map<CountedType, Map<string, Group>>()

  const writeAll = Effect.suspend(() => {
    const ended = [...groups.values()].flatMap((ofKind) => [...ofKind.values()])
    groups = new Map()
    return write(ended.map(eventOf))
  })
  yield* Effect.addFinalizer(() => writeAll)

  /** Once it writes, it is not stopped: what it took would be lost. Closing waits for it. */
  const writeLater = Effect.forkIn(Effect.andThen(Effect.sleep(WINDOW), Effect.uninterruptible(writeAll)), scope)

  return (event: CountedEvent, network: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      const isFirst = groups.size === 0
      const ofKind = groups.get(event.type) ?? new Map<string, Group>()
      groups.set(event.type, ofKind)
      const own = groupOf(event, network)
      const hasRoom = ofKind.has(own) || ofKind.size < GROUPS_OF_A_KIND
      const name = hasRoom ? own : OTHERS
      const group = ofKind.get(name) ?? { first: event, networks: hasRoom ? "one" : "many", count: 0 }
      ofKind.set(name, group)
      group.count += 1
      return isFirst ? Effect.asVoid(writeLater) : Effect.void
    })
})

const nowhere = {
  actor: null,
  subject: null,
  credential: null,
  actedWith: null,
  ip: null,
  userAgent: null,
  request: null
}

/** The first refusal of a group, with their number. Of many networks it is an example, from nowhere in particular. */
const eventOf = ({ first, count, networks }: Group): CountedEvent =>
  ({
    ...first,
    ...(networks === "many" ? nowhere : {}),
    details: { ...first.details, count, networks }
  }) as CountedEvent // its type and its details are still those of one kind
