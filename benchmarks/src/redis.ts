import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"

/** Starts a Redis server that keeps nothing, for as long as it is needed. */
export const startRedis = async (folder: string, port = 11_099) => {
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
  const server = spawn("redis-server", options, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  const failed = once(server, "error").then(([error]) => {
    throw new Error(`redis-server could not be started (${error.message}): install it, or leave hono-redis out`)
  })
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve()
    })
  })
  await Promise.race([ready, failed])
  return { url: `redis://127.0.0.1:${port}`, stop: () => void server.kill() }
}
