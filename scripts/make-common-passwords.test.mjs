import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { expect, test } from "vitest"
import { makeFile } from "./make-common-passwords.mjs"

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

test("PWD-08 the list of common passwords is what its script makes from the installed package", () => {
  expect(read("packages/core/src/password/common-passwords.ts") === makeFile()).toBe(true)
})

test("the package that the list comes from has a plain licence, which core's NOTICE.md repeats: MIT", () => {
  const require = createRequire(import.meta.url)
  const { license, version } = require("@zxcvbn-ts/language-common/package.json")
  const words = (text) => text.replace(/\s+/g, " ")
  const licence = words(read("node_modules/@zxcvbn-ts/language-common/LICENSE.txt")).trim()
  const notice = words(read("packages/core/NOTICE.md"))
  expect(license).toBe("MIT")
  expect(notice).toContain(licence)
  expect(notice).toContain(`\`@zxcvbn-ts/language-common\` ${version}`)
})

test("no third-party text of another licence is left", () => {
  for (const path of ["packages/core/NOTICE.md", "packages/core/src/password/common-passwords.ts"])
    expect(read(path)).not.toMatch(/CC BY|SecLists|GPL/)
})
