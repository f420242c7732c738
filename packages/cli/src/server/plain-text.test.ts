import { expect, it } from "vitest"
import { plainText } from "./plain-text.ts"

it("text of a server cannot move the cursor, colour, hide or turn what a terminal shows", () => {
  expect(plainText("a\u001b[2Jb\u009b31mc\u0007d\u0000e", 50)).toBe("a[2Jb31mcde")
  expect(plainText("left\u202eright\u2066\u200bend", 50)).toBe("leftrightend")
})

it("it stays on one line", () => {
  expect(plainText(" one\r\ntwo\u2028three\tfour ", 50)).toBe("one two three four")
})

it("it is cut, and what is no text is empty", () => {
  expect(plainText("äöü€😀", 5)).toBe("äöü€😀")
  expect(plainText("äöü€😀!", 5)).toBe("äöü€…")
  expect(plainText({ toString: () => "no" }, 5)).toBe("")
})
