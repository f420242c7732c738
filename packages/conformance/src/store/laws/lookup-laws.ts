import type { Law } from "./law.ts"
import { lookupFindLaws } from "./lookup-find-laws.ts"
import { lookupRaces } from "./lookup-races.ts"
import { lookupTokenLaws } from "./lookup-token-laws.ts"

/** The laws of `lookupSession` and `lookupToken`, and of what users, sessions and tokens promise together. */
export const lookupLaws: ReadonlyArray<Law> = [...lookupFindLaws, ...lookupTokenLaws, ...lookupRaces]
