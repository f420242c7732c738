import type { Law } from "./law.ts"
import { lookupFindLaws } from "./lookup-find-laws.ts"
import { lookupRaces } from "./lookup-races.ts"

/** The laws of `lookup`, and of what users and sessions promise together. */
export const lookupLaws: ReadonlyArray<Law> = [...lookupFindLaws, ...lookupRaces]
