import { expect, test } from "vitest"
import { acceptedLanguage } from "./accepted-language.ts"

const offered = ["en", "de", "pt-BR"]

test("the language with the highest weight that is offered wins", () => {
  expect(acceptedLanguage("fr, de;q=0.8, en;q=0.9", offered)).toBe("en")
  expect(acceptedLanguage("de, en;q=0.9", offered)).toBe("de")
  expect(acceptedLanguage("en;q=0.5,de;q=0.5", offered)).toBe("en")
})

test("a regional language is content with its language, and a language with one of its regions", () => {
  expect(acceptedLanguage("de-AT", offered)).toBe("de")
  expect(acceptedLanguage("DE-ch-1996", offered)).toBe("de")
  expect(acceptedLanguage("pt", offered)).toBe("pt-BR")
  expect(acceptedLanguage("p", offered)).toBeNull()
})

test("nothing wanted, nothing offered that is wanted, a weight of 0, or a broken weight names no language", () => {
  for (const header of [null, "", "*", "fr", "de;q=0", "de;q=2", ";;,,", "de;level=1"]) {
    expect(acceptedLanguage(header, offered)).toBeNull()
  }
})

test("a header longer than any browser's is read to a bound", () => {
  expect(acceptedLanguage(`${"fr,".repeat(19)}de`, offered)).toBe("de")
  expect(acceptedLanguage(`${"fr,".repeat(100_000)}de`, offered)).toBeNull()
  expect(acceptedLanguage(`de${"-a".repeat(17)}`, offered)).toBeNull()
})
