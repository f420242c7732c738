import { expect, it } from "vitest"
import { tokenFilePath } from "./token-file-path.ts"

const linux = { platform: "linux", env: {}, home: "/home/ada" } as const
const windows = { platform: "win32", env: {}, home: "C:\\Users\\ada" } as const

it("on Linux it is in the XDG folder for what belongs to one machine", () => {
  expect(tokenFilePath("harbour", linux)).toBe("/home/ada/.local/state/harbour/tokens.json")
  const chosen = { ...linux, env: { XDG_STATE_HOME: "/var/ada" } }
  expect(tokenFilePath("harbour", chosen)).toBe("/var/ada/harbour/tokens.json")
  expect(tokenFilePath("harbour", { ...linux, platform: "freebsd" })).toMatch("/home/ada/.local/state")
})

it("a relative XDG folder does not count, as the specification says", () => {
  const relative = { ...linux, env: { XDG_STATE_HOME: "state" } }
  expect(tokenFilePath("harbour", relative)).toBe("/home/ada/.local/state/harbour/tokens.json")
})

it("on macOS it is in Application Support", () => {
  const mac = { platform: "darwin", env: { XDG_STATE_HOME: "/x" }, home: "/Users/ada" } as const
  expect(tokenFilePath("harbour", mac)).toBe("/Users/ada/Library/Application Support/harbour/tokens.json")
})

it("on Windows it is in the folder that does not roam", () => {
  const chosen = { ...windows, env: { LOCALAPPDATA: "D:\\Local" } }
  expect(tokenFilePath("harbour", chosen)).toBe("D:\\Local\\harbour\\tokens.json")
  expect(tokenFilePath("harbour", windows)).toBe("C:\\Users\\ada\\AppData\\Local\\harbour\\tokens.json")
})

it("a name is one folder on every system", () => {
  for (const name of ["", "..", ".ssh", "a/b", "a\\b", "a\u0000b", "a.", "con", "NUL.txt", "com1", "a".repeat(65)])
    expect(() => tokenFilePath(name, linux)).toThrow("cannot name a folder")
  for (const name of ["harbour", "Harbour-2.1_x", "console"]) expect(tokenFilePath(name, linux)).toContain(name)
})

it("a user without a home folder is told which variable names a place, and needs none with it", () => {
  expect(() => tokenFilePath("harbour", { ...linux, home: null })).toThrow("Set XDG_STATE_HOME")
  expect(() => tokenFilePath("harbour", { ...linux, platform: "darwin", home: null })).toThrow("Set HOME")
  expect(() => tokenFilePath("harbour", { ...windows, home: null })).toThrow("Set LOCALAPPDATA")
  const chosen = { ...linux, env: { XDG_STATE_HOME: "/var/ada" }, home: null }
  expect(tokenFilePath("harbour", chosen)).toBe("/var/ada/harbour/tokens.json")
})
