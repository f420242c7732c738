import type { Server } from "node:http"
import type { Auth } from "@latchkey/core"
import type { ClosableMailer } from "@latchkey/mail-smtp"
import type { Log } from "./log.ts"

/** How long requests in flight may take before their connections are closed. */
const PATIENCE = 10_000

/** On SIGTERM and SIGINT: accepts no new connections, lets requests in flight finish, sends waiting mails, closes the store, and exits. */
export const stopGracefully = (server: Server, auth: Auth, mailer: ClosableMailer | null, log: Log): void => {
  let isStopping = false
  const stop = (signal: string) => {
    if (isStopping) return
    isStopping = true
    server.close(async () => {
      await auth.close()
      await mailer?.close()
      log("info", "stopped")
      process.exit(0)
    })
    log("info", "stopping", { signal })
    // Kept-alive connections end as soon as their request is answered.
    setInterval(() => server.closeIdleConnections(), 50).unref()
    setTimeout(() => server.closeAllConnections(), PATIENCE).unref()
  }
  process.on("SIGTERM", stop)
  process.on("SIGINT", stop)
}
