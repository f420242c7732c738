import { serve } from "@hono/node-server"
import { contenders } from "./contenders.ts"

/** A child process that serves one contender, and tells its parent the port, the headers, and the processor time it used. */
const [name = "", folder = ""] = process.argv.slice(2)
const make = contenders[name]
if (make === undefined) throw new Error(`no contender is called ${name}`)

const { fetch, headers } = await make(folder)
serve({ fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => process.send?.({ port, headers }))

process.on("message", () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ microseconds: user + system })
})
