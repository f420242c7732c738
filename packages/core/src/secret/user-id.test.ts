import fc from "fast-check"
import { expect, test } from "vitest"
import { newUserId, parseUserId, UserId, userIdBytes, userIdFromBytes } from "./user-id.ts"

/** Any UTF-16 text, halves of surrogate pairs included. */
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 60 })

const id = newUserId(1_767_225_600_000, new Uint8Array(16).fill(0xab))

test("an id from outside is read in either case, into one form", () => {
  expect(parseUserId(id)).toBe(id)
  expect(parseUserId(id.toUpperCase())).toBe(id)
})

test("what is not a whole UUID is refused", () => {
  for (const text of [
    "",
    "1",
    `${id} `,
    ` ${id}`,
    `${id}\n`,
    id.slice(1),
    `{${id}}`,
    id.replaceAll("-", ""),
    "__proto__"
  ]) {
    expect(parseUserId(text)).toBeNull()
  }
})

test("any text is read or refused, and never throws", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(parseUserId(text)).toBeNull()
    })
  )
})

test("an id is its bytes and back", () => {
  expect(userIdFromBytes(userIdBytes(id))).toBe(id)
})

test("an id that core did not make throws, for its credentials would belong to nobody", () => {
  for (const strange of ["42", "", id.toUpperCase(), `${id}0`]) {
    expect(() => userIdBytes(UserId(strange))).toThrow("must be a UUID in lower case")
  }
})
