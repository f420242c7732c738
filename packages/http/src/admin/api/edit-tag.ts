import { editedVersion, type User } from "@latchkey/core"
import type { Problem } from "../../surface/problem.ts"

/** The tag of what administrators edit about a user (RFC 9110 §8.8.3): another one once any of it has changed. */
export const editTag = (user: User): string => `"${editedVersion(user)}"`

/**
 * Whether an `If-Match` header names a user as they are (RFC 9110 §13.1.1). `*` is any user who is there. A weak tag, or what is no tag,
 * is never the same.
 */
export const isTagged = (header: string, user: User): boolean =>
  header.trim() === "*" || header.split(",").some((tag) => tag.trim() === editTag(user))

/** Somebody else changed the user since they were looked at. Nothing was changed (ADM-15). */
export const stale: Problem = { status: 412, code: "edit-conflict", detail: "EDIT_CONFLICT" }
