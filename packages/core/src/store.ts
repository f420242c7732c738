/**
 * What a store author needs: the contract with its laws, the models, and the errors a store may fail with.
 * Start from the guide "Writing a store", and run `storeConformance` from `@latchkey/conformance/store`.
 */
export type { AuditDetails, AuditEvent, AuditType } from "./audit/audit-event.ts"
export type { AuditQuery, AuditRecord, AuditStart, AuditStore, NewAuditRecord } from "./audit/audit-store.ts"
export { isLosable } from "./audit/counted.ts"
export type { Client } from "./audit/trace.ts"
export {
  type ApprovedChallenge,
  type Challenge,
  ChallengeId,
  type ClaimedChallenge,
  type DeniedChallenge,
  EXPIRED_KEPT_MS,
  isChallengePastEnd,
  MOST_WRONG_NUMBERS,
  type OwnChallenge,
  type PendingChallenge,
  type RedeemedChallenge
} from "./cli-login/challenge.ts"
export type {
  ChallengeKey,
  ChallengeSecret,
  ChallengeStore,
  Decision,
  NewChallenge,
  RedeemOutcome,
  Redemption
} from "./cli-login/challenge-store.ts"
export {
  challengesBeyond,
  claimedChallenge,
  decidedChallenge,
  LONGEST_INTERVAL_MS,
  polledChallenge,
  redeemedChallenge
} from "./cli-login/changed-challenge.ts"
export { TooManyChallenges, UserCodeTaken } from "./cli-login/cli-login-errors.ts"
export { challengeOfRow, type FlatChallenge, flatChallenge } from "./cli-login/flat-challenge.ts"
export { consumedCode, givenBackCode, stayingCode } from "./code/changed-code.ts"
export { type Code, type CodePurpose, codePurposes, isCodeLive } from "./code/code.ts"
export type { CodeInsertion, CodeKey, CodeStore, NewCode } from "./code/code-store.ts"
export { SecretHash } from "./secret/credential.ts"
export { placeOf } from "./secret/place.ts"
export { UserId } from "./secret/user-id.ts"
export {
  isDeadBeside,
  isSessionPastEnd,
  MOST_ENDED,
  sessionInEpoch,
  sessionsBeyond,
  sessionWithData,
  touchedSession
} from "./session/changed-session.ts"
export { type Impersonation, type Json, type Session, SessionId, type SessionKind } from "./session/session.ts"
export type { NewSession, SessionKey, SessionStore } from "./session/session-store.ts"
export { type KeptSettings, NOTHING_KEPT, type SettingsStore } from "./settings/settings-store.ts"
export { AttemptRoom } from "./store/attempt-room.ts"
export { lookUpSessionInParts, lookUpTokenInParts, mixStores } from "./store/mix-stores.ts"
export {
  type FoundSession,
  type FoundToken,
  Store,
  type StoreLayer,
  type StoreParts,
  type StoreShape
} from "./store/store.ts"
export { StoreError } from "./store/store-error.ts"
export {
  type PromisePart,
  type PromiseStore,
  type PromiseStoreOptions,
  storeFromPromises
} from "./store/store-from-promises.ts"
export { StoreProblem } from "./store/store-problem.ts"
export { partNames, UsedParts } from "./store/used-parts.ts"
export {
  type AttemptStore,
  type Bucket,
  type BucketState,
  countAttempt,
  type Limit,
  sharedBucketName,
  takeBackAttempt
} from "./throttle/attempt-store.ts"
export { type Mark, type MarkStep, marksAfter } from "./throttle/mark.ts"
export { type AccessToken, TokenId } from "./token/access-token.ts"
export { countsBeside, isTokenPastEnd, replacedToken, tokensBeyond, usedToken } from "./token/changed-token.ts"
export { TokenAlreadyIssued, TooManyTokens } from "./token/token-errors.ts"
export type { NewToken, Rotation, TokenKey, TokenStore } from "./token/token-store.ts"
export type { AccountName, AccountNameKind, CanonicalName } from "./user/account-name.ts"
export {
  changedUser,
  fitsProof,
  isActiveSuperuser,
  loggedInUser,
  promotedUser,
  provedUser,
  rehashedUser,
  userWithoutCredentials,
  userWithoutEmail,
  userWithRevocation
} from "./user/changed-user.ts"
export {
  type FoundUser,
  gatherCount,
  gatherUsers,
  inListOrder,
  MOST_COUNTED,
  MOST_LOOKED_AT,
  type NamedUser,
  startOf,
  type UserStep
} from "./user/listed-users.ts"
export { type EditedFields, isAsSeen, type User } from "./user/user.ts"
export { AccountNameTaken, EditConflict, LastSuperuser } from "./user/user-errors.ts"
export type { UserCount, UserFilter, UserListing, UserPage, UserPlace, UserSearch } from "./user/user-list.ts"
export type {
  ChangeByOthers,
  NewPassword,
  NewUser,
  Promotion,
  Proof,
  ProvedChange,
  UserChange,
  UserRestoration,
  UserStore,
  UserWithPassword
} from "./user/user-store.ts"
export { behindPrefix } from "./vocabulary/code-points.ts"
export { isObjectOfOptions, optionsProblem, wordsFor } from "./vocabulary/options-given.ts"
export { type ListPage, MOST_RESTORED, newestFirst, type Place, pageOf } from "./vocabulary/page.ts"
export { CLOCK_SKEW_MS, type Instant } from "./vocabulary/time.ts"
