import { expect, test } from "vitest"
import { stylesheet, stylesheetPath } from "./stylesheet.ts"

test("the stylesheet loads nothing else, as the policy demands (HTM-02)", () => {
  expect(stylesheet).not.toMatch(/url\(|@import|@font-face|expression\(/)
})

test("the stylesheet's path changes with its content", () => {
  expect(stylesheetPath).toMatch(/^\/latchkey-[0-9a-f]{8}\.css$/)
})

test("the stylesheet weighs little enough: no page may weigh more than 30 kB with it", () => {
  expect(stylesheet.length).toBeLessThan(11_500)
})

const schemes = [
  ["light", 0],
  ["dark", 1]
] as const

test.each(schemes)("text is readable in %s (WCAG 2 AA, 4.5 to 1)", (_, scheme) => {
  const softs = ["lk-accent-soft", "lk-danger-soft", "lk-warning-soft"]
  expect(contrast(scheme, "latchkey-text", "latchkey-background", "latchkey-surface", ...softs)).toBeGreaterThan(4.5)
  expect(contrast(scheme, "lk-muted", "latchkey-background", "latchkey-surface")).toBeGreaterThan(4.5)
  const behindLinks = ["latchkey-background", "latchkey-surface", "lk-accent-soft", "lk-warning-soft"]
  expect(contrast(scheme, "latchkey-accent", ...behindLinks)).toBeGreaterThan(4.5)
  expect(contrast(scheme, "latchkey-danger", "latchkey-surface", "lk-danger-soft")).toBeGreaterThan(4.5)
})

test.each(schemes)("what buttons say is readable in %s, also under the pointer", (_, scheme) => {
  expect(contrast(scheme, "latchkey-surface", "latchkey-accent", "lk-accent-strong")).toBeGreaterThan(4.5)
  expect(contrast(scheme, "latchkey-surface", "latchkey-danger", "lk-danger-strong")).toBeGreaterThan(4.5)
})

test.each(schemes)("edges of fields, buttons and notices are visible in %s (3 to 1)", (_, scheme) => {
  expect(contrast(scheme, "lk-edge", "latchkey-surface")).toBeGreaterThan(3)
  expect(contrast(scheme, "latchkey-warning", "latchkey-background", "latchkey-surface")).toBeGreaterThan(3)
})

test("a browser without light-dark() shows the light colours", () => {
  const fallback = stylesheet.slice(stylesheet.indexOf("@supports not"), stylesheet.indexOf("*,"))
  const plain = [...fallback.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)]
  expect(plain.length).toBe(9)
  for (const [, name = "", hex = ""] of plain) expect([name, hexOf(colour(name, 0))]).toEqual([name, hex])
})

type Scheme = 0 | 1
type Rgb = readonly [number, number, number]

/** A colour as a browser computes it: of the pair that `light-dark()` has, or mixed. */
function colour(name: string, scheme: Scheme): Rgb {
  const value = new RegExp(`--${name}: ([^;]*);`).exec(stylesheet)?.[1] ?? ""
  const [, ...pair] = /^light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)$/.exec(value) ?? []
  if (pair[scheme] !== undefined) return rgbOf(pair[scheme])
  const [, one, share, other] =
    /^color-mix\(in srgb, var\(--([a-z-]+)\) (\d+)%, var\(--([a-z-]+)\)\)$/.exec(value) ?? []
  if (one === undefined || other === undefined) throw new Error(`--${name} is ${value}`)
  const [first, second, part] = [colour(one, scheme), colour(other, scheme), Number(share) / 100]
  const mixed = (at: 0 | 1 | 2) => first[at] * part + second[at] * (1 - part)
  return [mixed(0), mixed(1), mixed(2)]
}

function rgbOf(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16)
  return [part(1), part(3), part(5)]
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`
}

/** The lowest contrast of a colour with the backgrounds it appears on. */
function contrast(scheme: Scheme, front: string, ...backs: ReadonlyArray<string>) {
  return Math.min(
    ...backs.map((back) => {
      const both = [front, back].map((name) => luminance(colour(name, scheme)))
      const [low = 0, high = 0] = both.sort((a, b) => a - b)
      return (high + 0.05) / (low + 0.05)
    })
  )
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
