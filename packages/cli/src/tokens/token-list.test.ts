import { expect, it } from "vitest"
import { emptyList, printList, readList, type SavedToken, withoutToken, withToken } from "./token-list.ts"

const saved = (server: string, more: Partial<SavedToken> = {}): SavedToken => ({
  server,
  token: "lk_pat_secret",
  expiresAt: new Date("2026-12-30T12:00:00Z"),
  scopes: ["jobs:read"],
  savedAt: new Date("2026-11-30T12:00:00Z"),
  ...more
})
const a = saved("https://a.example")
const b = saved("https://b.example", { expiresAt: null, scopes: [] })

it("what is printed is read back", () => {
  const list = withToken(withToken(emptyList, a), b)
  expect(readList(printList(list))).toEqual({
    tokens: new Map([
      [a.server, a],
      [b.server, b]
    ]),
    current: b.server
  })
  expect(readList(printList(emptyList))).toEqual(emptyList)
})

it("a server has one token, and the last log-in is the current one until it is forgotten", () => {
  const newer = { ...a, token: "lk_pat_newer" }
  const list = withToken(withToken(withToken(emptyList, a), b), newer)
  expect([...list.tokens.values()]).toEqual([newer, b])
  expect(list.current).toBe(a.server)
  expect(withoutToken(list, a.server)).toEqual({ tokens: new Map([[b.server, b]]), current: null })
  expect(withoutToken(list, b.server).current).toBe(a.server)
})

it("what is not a list is told, and nothing of it is quoted", () => {
  const file = JSON.parse(printList(withToken(emptyList, a)))
  const withEntry = (entry: object) =>
    JSON.stringify({ ...file, servers: { "https://a.example": { ...file.servers["https://a.example"], ...entry } } })
  expect(readList('{"lk_pat_secret')).toBe("it is not JSON.")
  expect(readList("[]")).toBe("it is not JSON.")
  expect(readList("{}")).toBe("it is not a list of tokens.")
  expect(readList(JSON.stringify({ ...file, servers: [] }))).toBe("it is not a list of tokens.")
  expect(readList(JSON.stringify({ ...file, version: 2 }))).toBe("a newer version (2) wrote it.")
  for (const wrong of [
    { token: "" },
    { token: 7 },
    { scopes: "a" },
    { scopes: [1] },
    { expires_at: "soon" },
    { saved_at: null }
  ])
    expect(readList(withEntry(wrong))).toBe("one of its tokens is incomplete.")
})

it("a current server that has no token is nobody", () => {
  const text = printList(withToken(emptyList, a)).replace(
    '"current": "https://a.example"',
    '"current": "https://c.example"'
  )
  expect(readList(text)).toMatchObject({ current: null })
})
