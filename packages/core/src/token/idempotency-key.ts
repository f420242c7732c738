import { decodeHex } from "@oslojs/encoding"
import { sha256Hex } from "../secret/digest.ts"
import type { UserId } from "../secret/user-id.ts"
import { uuidV8 } from "../secret/uuid.ts"
import { invalid, type Read, valid } from "../vocabulary/read.ts"
import { TokenId } from "./access-token.ts"
import { IdempotencyKeyInvalid } from "./token-errors.ts"

const FORM = /^[A-Za-z0-9_-]{1,64}$/

/** Says what the hash is for, so that it is no other hash that somebody computes of an id and a text. */
const LABEL = "latchkey token id"

/**
 * The id of the token that its owner makes under a key: the same for the same two, so that the store itself sees a repetition. Of
 * another owner it is another id, whatever the key (PAT-13).
 */
export const readIdempotencyKey = (key: string, owner: UserId): Read<TokenId, IdempotencyKeyInvalid> =>
  FORM.test(key)
    ? valid(TokenId(uuidV8(decodeHex(sha256Hex(`${LABEL}\n${owner}\n${key}`)))))
    : invalid(new IdempotencyKeyInvalid())
