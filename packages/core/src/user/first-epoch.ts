import type { User } from "./user.ts"

/** The epoch of a new or imported user, until something ends all that they have. */
export const FIRST_EPOCH = 0

/**
 * Whether a user's tokens and links of the system before us still open anything. They know no epoch, so whatever ends the user's
 * credentials must end the first one (JWT-10).
 */
export const isOpenToOld = (user: User): boolean => user.isActive && user.epoch === FIRST_EPOCH
