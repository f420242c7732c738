import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { storeLaws } from "../../src/store/laws/store-laws.ts"
import { checkLaw } from "../../src/store/store-conformance.ts"
import { firstFailure } from "../first-failure.ts"
import { plainBackupSaboteurs } from "./plain-backup-saboteurs.ts"
import { plainChallengeEndSaboteurs } from "./plain-challenge-end-saboteurs.ts"
import { plainChallengeSaboteurs } from "./plain-challenge-saboteurs.ts"
import { plainCodeSaboteurs } from "./plain-code-saboteurs.ts"
import { plainOtherSaboteurs } from "./plain-other-saboteurs.ts"
import { plainSessionSaboteurs } from "./plain-session-saboteurs.ts"
import { plainTokenEndSaboteurs } from "./plain-token-end-saboteurs.ts"
import { plainTokenLimitSaboteurs } from "./plain-token-limit-saboteurs.ts"
import { plainTokenSaboteurs } from "./plain-token-saboteurs.ts"
import { plainUserSaboteurs } from "./plain-user-saboteurs.ts"
import { quietSaboteurs } from "./quiet-saboteurs.ts"
import { plainMailboxSaboteurs } from "./user-mailbox-saboteurs.ts"

describe("STO-02 random lists find a store where", () => {
  const plain = [
    ...plainUserSaboteurs,
    ...plainMailboxSaboteurs,
    ...plainSessionSaboteurs,
    ...plainTokenSaboteurs,
    ...plainTokenLimitSaboteurs,
    ...plainTokenEndSaboteurs,
    ...plainChallengeSaboteurs,
    ...plainChallengeEndSaboteurs,
    ...plainCodeSaboteurs,
    ...plainOtherSaboteurs,
    ...plainBackupSaboteurs
  ]

  test.each(plain)("this law is broken: $breaks.0", async ({ store }) => {
    expect(await firstFailure(() => store)).toContain("the store differs from memoryStore")
  })

  test.each(Object.entries(quietSaboteurs))("no law is broken, but %s", async (_, { store }) => {
    for (const law of storeLaws) await Effect.runPromise(checkLaw(law, () => store))
    expect(await firstFailure(() => store)).toContain("the store differs from memoryStore")
  })
})
