import type { Law } from "./law.ts"
import { userBackupLaws } from "./user-backup-laws.ts"
import { userChangeLaws } from "./user-change-laws.ts"
import { userCredentialRaces } from "./user-credential-races.ts"
import { userEditLaws } from "./user-edit-laws.ts"
import { userGuardLaws } from "./user-guard-laws.ts"
import { userInsertLaws } from "./user-insert-laws.ts"
import { userListLaws } from "./user-list-laws.ts"
import { userListRaces } from "./user-list-races.ts"
import { userLoginRaces } from "./user-login-races.ts"
import { userMailboxLaws } from "./user-mailbox-laws.ts"
import { userMailboxRaces } from "./user-mailbox-races.ts"
import { userPasswordLaws } from "./user-password-laws.ts"
import { userProofLaws } from "./user-proof-laws.ts"
import { userProofRaces } from "./user-proof-races.ts"
import { userProvedRemovalLaws } from "./user-proved-removal-laws.ts"
import { userReleaseLaws } from "./user-release-laws.ts"
import { userSetupLaws } from "./user-setup-laws.ts"
import { userSuperuserRaces } from "./user-superuser-races.ts"

/** The laws of `UserStore`. */
export const userLaws: ReadonlyArray<Law> = [
  ...userInsertLaws,
  ...userSetupLaws,
  ...userChangeLaws,
  ...userEditLaws,
  ...userGuardLaws,
  ...userPasswordLaws,
  ...userProofLaws,
  ...userMailboxLaws,
  ...userListLaws,
  ...userListRaces,
  ...userLoginRaces,
  ...userSuperuserRaces,
  ...userCredentialRaces,
  ...userProofRaces,
  ...userMailboxRaces,
  ...userProvedRemovalLaws,
  ...userReleaseLaws,
  ...userBackupLaws
]
