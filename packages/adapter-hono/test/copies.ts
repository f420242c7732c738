import { createRequire } from "node:module"
import { Hono } from "hono"
import { Hono as OldestHono } from "hono411"

/** The types of two copies differ by their private fields alone. */
const CommonJsHono: typeof Hono = createRequire(import.meta.url)("hono").Hono
/** Hono as a host may have it. */
export const copies: ReadonlyArray<readonly [string, typeof Hono]> = [
  ["the same copy", Hono],
  ["the copy of a CommonJS host", CommonJsHono],
  ["the oldest of the peer range", OldestHono as unknown as typeof Hono]
]
