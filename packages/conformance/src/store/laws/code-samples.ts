import {
  type Code,
  type CodeKey,
  type CodePurpose,
  codePurposes,
  type Instant,
  type NewCode,
  type UserId
} from "@latchkey/core/store"
import { accountName, hour, secretHash, start } from "./samples.ts"

/** When a sample code ends. */
export const codeEnd: Instant = start + hour

/** How long before its `createdAt` a code is accepted, in milliseconds, because the clocks of two machines differ (TIM-02). */
export const skew = 5_000

/** The code `n` of an owner, to reset a password: it ends after an hour. */
export const sampleCode = (n: number, owner: UserId, changes: Partial<Code> = {}): NewCode => ({
  hash: secretHash(n),
  code: {
    userId: owner,
    purpose: "reset",
    email: accountName(`Name${n}@example.org`),
    ownEmail: `name${n}@example.org`,
    epoch: 3,
    createdAt: start,
    expiresAt: codeEnd,
    usedAt: null,
    ...changes
  }
})

/**
 * A code of each purpose for an owner, `from` and those after it. What may be null is null in some and set in others, addresses have
 * letters of many scripts, and one code was used.
 */
export const codeOfEachPurpose = (from: number, owner: UserId): ReadonlyArray<NewCode> => {
  const changes: Readonly<Record<CodePurpose, Partial<Code>>> = {
    verify: { email: { typed: "Jos\u00E9@\u4F8B\u3048.example", canonical: "jos\u00E9@xn--r8jz45g.example" } },
    reset: { ownEmail: null, epoch: 0 },
    "change-email": {
      email: { typed: "\u0410\u0434\u0430@example.org", canonical: "\u0430\u0434\u0430@example.org" },
      epoch: 41
    },
    "undo-email": { usedAt: start + 7, createdAt: start - 5, expiresAt: codeEnd + 24 * hour },
    invite: {
      ownEmail: "\u{1F511}'\"@example.org",
      email: accountName("\u{1F511}'\"@Example.org"),
      expiresAt: start + 1
    }
  }
  return codePurposes.map((purpose, index) => sampleCode(from + index, owner, { purpose, ...changes[purpose] }))
}

/** What names a code to its store. */
export const codeKeyOf = ({ code, hash }: NewCode): CodeKey => ({ owner: code.userId, purpose: code.purpose, hash })

/** Codes in one order, because a store lists them in any. */
export const inOrder = (codes: ReadonlyArray<Code>): ReadonlyArray<Code> =>
  codes.toSorted((a, b) => codePurposes.indexOf(a.purpose) - codePurposes.indexOf(b.purpose))
