import type { MakeContender } from "./contenders/contender.ts"
import { expressSqlite } from "./contenders/express-sqlite.ts"
import { honoRedis } from "./contenders/hono-redis.ts"
import { honoSqlite } from "./contenders/hono-sqlite.ts"

/** The settings that are measured, each with a floor of its own; contenders by name, in the order of the report. */
export const settings: Readonly<Record<string, Readonly<Record<string, MakeContender>>>> = {
  "hono-sqlite": honoSqlite,
  "express-sqlite": expressSqlite,
  "hono-redis": honoRedis
}
