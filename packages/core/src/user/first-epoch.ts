import type { User } from "./user.ts"

/** The epoch of an imported user, until something ends all that they have. */
export const IMPORTED_EPOCH = 0

/** The epoch of a user who is new here: nothing of the system before us ever opened their account, and nothing does (JWT-10). */
export const NEW_EPOCH = 1

/**
 * Whether a user's tokens and links of the system before us still open anything. They know no epoch, so whatever ends the user's
 * credentials must end the first one (JWT-10).
 */
export const isOpenToOld = (user: User): boolean => user.isActive && user.epoch === IMPORTED_EPOCH
