import { attemptRoomSaboteurs } from "./attempt-room-saboteurs.ts"
import { auditSaboteurs } from "./audit-saboteurs.ts"
import { backupSaboteurs } from "./backup-saboteurs.ts"
import { challengeClaimSaboteurs } from "./challenge-claim-saboteurs.ts"
import { challengeDecideSaboteurs } from "./challenge-decide-saboteurs.ts"
import { challengeEndSaboteurs } from "./challenge-end-saboteurs.ts"
import { challengeInsertSaboteurs } from "./challenge-insert-saboteurs.ts"
import { codeSaboteurs } from "./code-saboteurs.ts"
import { otherRaceSaboteurs } from "./other-race-saboteurs.ts"
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
import type { Saboteur } from "./saboteur.ts"
import { sessionEndSaboteurs } from "./session-end-saboteurs.ts"
import { sessionLimitSaboteurs } from "./session-limit-saboteurs.ts"
import { sessionTouchSaboteurs } from "./session-touch-saboteurs.ts"
import { settingsSaboteurs } from "./settings-saboteurs.ts"
import { superuserSaboteurs } from "./superuser-saboteurs.ts"
import { tokenEndSaboteurs } from "./token-end-saboteurs.ts"
import { tokenLimitSaboteurs } from "./token-limit-saboteurs.ts"
import { tokenOnceSaboteurs } from "./token-once-saboteurs.ts"
import { tokenUseSaboteurs } from "./token-use-saboteurs.ts"
import { userCredentialSaboteurs } from "./user-credential-saboteurs.ts"
import { userEditSaboteurs } from "./user-edit-saboteurs.ts"
import { userListSaboteurs } from "./user-list-saboteurs.ts"
import { userLoginSaboteurs } from "./user-login-saboteurs.ts"
import { plainMailboxSaboteurs, userMailboxSaboteurs } from "./user-mailbox-saboteurs.ts"
import { userProofSaboteurs } from "./user-proof-saboteurs.ts"
import { userProvedRemovalSaboteurs } from "./user-proved-removal-saboteurs.ts"
import { userReleaseSaboteurs } from "./user-release-saboteurs.ts"

/** One saboteur for each race law, and some for the most important of the others. */
export const saboteurs: ReadonlyArray<Saboteur> = [
  ...userLoginSaboteurs,
  ...userListSaboteurs,
  ...superuserSaboteurs,
  ...userCredentialSaboteurs,
  ...userEditSaboteurs,
  ...userProofSaboteurs,
  ...userProvedRemovalSaboteurs,
  ...userMailboxSaboteurs,
  ...userReleaseSaboteurs,
  ...sessionTouchSaboteurs,
  ...sessionEndSaboteurs,
  ...sessionLimitSaboteurs,
  ...tokenLimitSaboteurs,
  ...tokenOnceSaboteurs,
  ...tokenUseSaboteurs,
  ...tokenEndSaboteurs,
  ...challengeInsertSaboteurs,
  ...challengeClaimSaboteurs,
  ...challengeDecideSaboteurs,
  ...challengeEndSaboteurs,
  ...codeSaboteurs,
  ...otherRaceSaboteurs,
  ...auditSaboteurs,
  ...settingsSaboteurs,
  ...attemptRoomSaboteurs,
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
  ...backupSaboteurs,
  ...plainBackupSaboteurs
]
