import { expect, test } from "vitest"
import { stylesheet, stylesheetPath } from "./stylesheet.ts"

test("the stylesheet loads nothing else, as the policy demands (HTM-02)", () => {
  expect(stylesheet).not.toMatch(/url\(|@import|@font-face|expression\(/)
})

test("the stylesheet's path changes with its content", () => {
  expect(stylesheetPath).toMatch(/^\/latchkey-[0-9a-f]{8}\.css$/)
})

const [light, dark] = stylesheet.split("(prefers-color-scheme: dark)").map(coloursOf)
const schemes = [
  ["light", light],
  ["dark", dark]
] as const

test.each(schemes)("text is readable in %s (WCAG 2 AA, 4.5 to 1)", (_, colours) => {
  expect(contrast(colours, "ink", "paper", "surface", "accent-soft", "danger-soft", "warning-soft")).toBeGreaterThan(
    4.5
  )
  expect(contrast(colours, "muted", "paper", "surface")).toBeGreaterThan(4.5)
  expect(contrast(colours, "accent", "paper", "surface", "accent-soft", "warning-soft")).toBeGreaterThan(4.5)
  expect(contrast(colours, "on-accent", "accent", "accent-strong")).toBeGreaterThan(4.5)
  expect(contrast(colours, "danger", "surface", "danger-soft")).toBeGreaterThan(4.5)
})

test.each(schemes)("edges of fields and notices are visible in %s (3 to 1)", (_, colours) => {
  expect(contrast(colours, "edge", "surface")).toBeGreaterThan(3)
  expect(contrast(colours, "warning", "paper", "surface")).toBeGreaterThan(3)
})

function coloursOf(css: string): ReadonlyMap<string, string> {
  const tokens = [...css.matchAll(/--([a-z-]+): #([0-9a-f]{6});/g)]
  return new Map(tokens.map(([, name = "", hex = ""]) => [name, hex]))
}

/** The lowest contrast of a colour with the backgrounds it appears on. */
function contrast(colours: ReadonlyMap<string, string> | undefined, front: string, ...backs: ReadonlyArray<string>) {
  const light = (name: string) => luminance(colours?.get(name) ?? "")
  return Math.min(
    ...backs.map((back) => {
      const [low = 0, high = 0] = [light(front), light(back)].sort((a, b) => a - b)
      return (high + 0.05) / (low + 0.05)
    })
  )
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(hex: string): number {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = (hex.match(/../g) ?? []).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
