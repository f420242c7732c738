import { expect, test } from "vitest"
import { commonPasswords } from "./common-passwords.ts"

const all = [...commonPasswords]

test("at least 3000 passwords are listed that the default policy would allow (PWD-08)", () => {
  expect(all.filter((password) => password.length >= 15).length).toBeGreaterThanOrEqual(3000)
})

test("at least 3000 more are listed for the shorter passwords that a policy may allow (PWD-08)", () => {
  expect(all.filter((password) => password.length >= 8 && password.length < 15).length).toBeGreaterThanOrEqual(3000)
})

test("every entry is in the form in which passwords are compared", () => {
  expect(all.filter((password) => !/^[!-~]{8,}$/.test(password))).toEqual([])
  expect(all.filter((password) => password.normalize("NFKC").toLowerCase() !== password)).toEqual([])
})

test("no entry is an e-mail address", () => {
  expect(all.filter((password) => password.includes("@"))).toEqual([])
})
