import { inject } from "vitest"
import { newRedisPlace, useRedis } from "./redis-place.ts"
import { newSqlitePlace } from "./sqlite-place.ts"

declare module "vitest" {
  interface ProvidedContext {
    /** What this run of a file is on: each combination is a project of vitest.config.ts. */
    combination: keyof typeof combinations
  }
}

/** What the tests of this folder run on: an adapter, and where a server of it starts afresh. */
const combinations = {
  "hono-sqlite": { adapter: "hono", newPlace: newSqlitePlace },
  "express-redis": { adapter: "express", newPlace: newRedisPlace }
} as const

/** The name of the one that this run is on. */
export const combination = inject("combination")

export const { adapter, newPlace } = combinations[combination]

if (newPlace === newRedisPlace) useRedis()
