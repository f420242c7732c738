import { settings } from "./settings.ts"

/** A child process that serves one contender, and tells its parent the port, the headers, and the processor time it used. */
const [setting = "", name = "", folder = "", redisUrl = ""] = process.argv.slice(2)
const make = settings[setting]?.[name]
if (make === undefined) throw new Error(`no contender of ${setting} is called ${name}`)

const { listen, headers } = await make({ folder, redisUrl })
process.send?.({ port: await listen(), headers })

process.on("message", () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ microseconds: user + system })
})
