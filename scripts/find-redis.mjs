// Finds the redis-server that the tests of the Redis store start, so that `npm test` needs no set-up: where there is none,
// root on Debian gets it installed. Prints its path when run: node scripts/find-redis.mjs
import { spawnSync } from "node:child_process"
import { onPath } from "./on-path.mjs"

/** The redis-server on PATH, also one that this call has installed; else undefined. */
export const findRedis = (env = process.env) => onPath("redis-server", env) ?? installRedis(env)

const installRedis = (env) => {
  if (process.getuid?.() !== 0 || !onPath("apt-get", env)) return undefined
  console.warn("\nInstalling redis-server, which the tests of the Redis store start (apt-get, once).\n")
  const quietly = { stdio: "ignore", env: { ...env, DEBIAN_FRONTEND: "noninteractive" } }
  spawnSync("apt-get", ["update", "-qq"], quietly)
  spawnSync("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "redis-server"], quietly)
  return onPath("redis-server", env)
}

if (import.meta.main) {
  const found = findRedis()
  if (found) console.log(found)
  process.exitCode = found ? 0 : 1
}
