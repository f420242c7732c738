import { otherRaceSaboteurs } from "./other-race-saboteurs.ts"
import { plainSaboteurs } from "./plain-saboteurs.ts"
import { plainUserSaboteurs } from "./plain-user-saboteurs.ts"
import type { Saboteur } from "./saboteur.ts"
import { sessionRaceSaboteurs } from "./session-race-saboteurs.ts"
import { superuserSaboteurs } from "./superuser-saboteurs.ts"
import { userRaceSaboteurs } from "./user-race-saboteurs.ts"

/** One saboteur for each race law, and some for the most important of the others. */
export const saboteurs: ReadonlyArray<Saboteur> = [
  ...userRaceSaboteurs,
  ...superuserSaboteurs,
  ...sessionRaceSaboteurs,
  ...otherRaceSaboteurs,
  ...plainUserSaboteurs,
  ...plainSaboteurs
]
