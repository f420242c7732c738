import { expect, test } from "vitest"
import { english } from "../texts/english.ts"
import { agentText as agentTextIn } from "./agent-text.ts"

const agentText = (userAgent: string) => agentTextIn(userAgent, english)

test("browsers are told apart although each calls itself by the others' names", () => {
  const chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
  expect(agentText(chrome)).toBe("Chrome on Windows")
  expect(agentText(`${chrome} Edg/150.0.0.0`)).toBe("Edge on Windows")
  expect(agentText(`${chrome} OPR/120.0.0.0`)).toBe("Opera on Windows")
})

test("Safari and Firefox are known on their systems", () => {
  expect(
    agentText(
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Safari/605.1.15"
    )
  ).toBe("Safari on macOS")
  expect(agentText("Mozilla/5.0 (Android 16; Mobile; rv:149.0) Gecko/149.0 Firefox/149.0")).toBe("Firefox on Android")
})

test("a program goes by its own name", () => {
  expect(agentText("harbour-cli/2.1.0 (linux)")).toBe("harbour-cli")
})

test("what cannot be read has no name", () => {
  expect(agentText("Mozilla/5.0 (compatible)")).toBeNull()
  expect(agentText("<b>Firefox</b>")).toBeNull()
  expect(agentText(`${"a".repeat(41)}/1`)).toBeNull()
  expect(agentText("")).toBeNull()
})
