/**
 * Kinds of hashes that other systems left, for `legacyPasswords` of `createAuth`: a user's old password opens their account once, and is
 * then hashed anew. The guide "Old passwords" says which kind your system has.
 */
export type { Argon2Parameters } from "./password/argon2-parameters.ts"
export { argon2 } from "./password/legacy/argon2.ts"
export { type BcryptOptions, bcrypt } from "./password/legacy/bcrypt.ts"
export type { LegacyHasher, LegacyKind, LegacyProblem } from "./password/legacy/legacy-kind.ts"
export { type Pbkdf2Digest, type Pbkdf2Options, pbkdf2 } from "./password/legacy/pbkdf2.ts"
export { type ScryptOptions, scrypt } from "./password/legacy/scrypt.ts"
export { legacyPasswordsFromEnv, legacyPasswordVariables } from "./settings/legacy-from-env.ts"
