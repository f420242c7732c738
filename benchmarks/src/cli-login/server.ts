import { cliLoginContenders } from "./contenders.ts"

/**
 * A child process that serves one contender. It tells its parent the port and the people's cookies, later the processor time it
 * used, and forgets what was done on request.
 */
const [name = "", folder = ""] = process.argv.slice(2)
const make = cliLoginContenders[name]
if (make === undefined) throw new Error(`no contender is called ${name}`)

const { listen, people, forget } = await make(folder)
process.send?.({ port: await listen(), people })

process.on("message", async (wish) => {
  if (wish === "forget") await forget()
  const { user, system } = process.cpuUsage()
  process.send?.({ microseconds: user + system })
})
