import { expect, test } from "vitest"
import { securityHeaders } from "./security-headers.ts"

const https = new URL("https://app.test")
const { page, data } = securityHeaders(https, "/latchkey-0a1b2c3d.js")

const common = {
  "Cache-Control": "no-store",
  Vary: "Authorization, Cookie",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin"
}

test("data is kept by nobody, framed by nobody, and tells no address (HTM-03, HTM-07)", () => {
  expect(data).toEqual({ ...common, "Referrer-Policy": "no-referrer" })
})

test("a page says its charset and lets nothing in but our script, and style and pictures of our origin (HTM-02, HTM-03, HTM-05)", () => {
  expect(page).toEqual({
    ...common,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy":
      "default-src 'none'; script-src https://app.test/latchkey-0a1b2c3d.js; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin"
  })
})

test("a page never says no-referrer, under which its own forms would post Origin: null (HTM-03, CSR-02)", () => {
  expect(page["Referrer-Policy"]).not.toContain("no-referrer")
})

test("nothing inline is allowed (HTM-02)", () => {
  expect(page["Content-Security-Policy"]).not.toContain("unsafe")
})

test("HTM-09 one script may run: the path begins with a slash and ends with a file, so it stands for that address alone", () => {
  const { page } = securityHeaders(new URL("https://app.test:8443/app"), "/app/auth/latchkey-0a1b2c3d.js")
  const [, sources] = /; script-src ([^;]*);/.exec(page["Content-Security-Policy"] ?? "") ?? []
  expect(sources).toBe("https://app.test:8443/app/auth/latchkey-0a1b2c3d.js")
})

test("strict transport is asked of browsers only by choice, and only on https (HTM-04)", () => {
  const chosen = securityHeaders(https, "/latchkey.js", { strictTransportSecurity: true })
  const onHttp = securityHeaders(new URL("http://localhost"), "/latchkey.js", { strictTransportSecurity: true })
  expect(chosen.data["Strict-Transport-Security"]).toBe("max-age=63072000")
  expect(chosen.page["Strict-Transport-Security"]).toBe("max-age=63072000")
  expect(onHttp.page).not.toHaveProperty("Strict-Transport-Security")
})
