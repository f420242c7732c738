import { expect, it } from "vitest"
import { hasBrowser } from "./browser.ts"

it("people at a desktop have a browser, on each system", () => {
  expect(hasBrowser({ platform: "darwin", env: {} })).toBe(true)
  expect(hasBrowser({ platform: "win32", env: {} })).toBe(true)
  expect(hasBrowser({ platform: "linux", env: { DISPLAY: ":0" } })).toBe(true)
  expect(hasBrowser({ platform: "linux", env: { WAYLAND_DISPLAY: "wayland-0" } })).toBe(true)
  expect(hasBrowser({ platform: "linux", env: { WSL_DISTRO_NAME: "Debian" } })).toBe(true)
})

it("a Linux without a display has none", () => {
  expect(hasBrowser({ platform: "linux", env: { DISPLAY: "" } })).toBe(false)
})

it("over SSH it would open on another machine, and in CI for nobody", () => {
  for (const env of [{ SSH_CONNECTION: "1" }, { SSH_TTY: "/dev/pts/1" }, { SSH_CLIENT: "1" }, { CI: "true" }])
    for (const platform of ["darwin", "win32", "linux"] as const)
      expect(hasBrowser({ platform, env: { DISPLAY: ":0", ...env } })).toBe(false)
  expect(hasBrowser({ platform: "darwin", env: { CI: "false" } })).toBe(true)
})
