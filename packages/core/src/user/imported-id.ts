import { decodeHex } from "@oslojs/encoding"
import { sha256Hex } from "../secret/digest.ts"
import { parseUserId, UserId } from "../secret/user-id.ts"
import { uuidV8 } from "../secret/uuid.ts"

/** Says what the hash is for, so that it is no other hash that somebody computes of two texts. */
const LABEL = "latchkey imported user"

/**
 * The id that a user of another system gets. A UUID stays as it is. Of any other id, such as a number, and the name of its system
 * comes a UUID, the same each time: so an import can be repeated, and tables that name users can be converted. Blanks around it do not
 * count, as a column of a fixed width has them.
 */
export const importedUserId = (id: string, source: string): UserId =>
  parseUserId(id.trim()) ?? UserId(uuidV8(decodeHex(sha256Hex(`${LABEL}\n${source}\n${id.trim()}`))))
