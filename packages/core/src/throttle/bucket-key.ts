import { sha256Hex } from "../secret/digest.ts"

/** The key of a bucket or mark. Hashed, so that the store holds neither names nor addresses, and every key has the same length (RAT-08). */
export const bucketKey = (...parts: ReadonlyArray<string | number>): string => sha256Hex(JSON.stringify(parts))
