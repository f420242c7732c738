import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { afterAll } from "vitest"

/** A way to a server on which everything takes its time, as over a bad telephone line. */
export interface SlowLine {
  readonly url: string
  /** Says which port it leads to: the server is started after the line, because the line's address is the server's public url. */
  readonly leadTo: (port: number) => void
}

/**
 * Opens a line whose answers take this long, half of it each way, until the file's tests are over. What was sent arrives
 * even if the sender hangs up: that is how a server does what was asked, and nobody sees its answer.
 */
export const openSlowLine = async (milliseconds: number): Promise<SlowLine> => {
  let port = 0
  const ends = new Set<Socket>()
  const listening = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port })
    for (const end of [near, far]) {
      ends.add(end)
      end.on("error", () => {}).on("close", () => ends.delete(end))
    }
    carry(near, far, milliseconds / 2)
    carry(far, near, milliseconds / 2)
  }).listen(0, "127.0.0.1")
  afterAll(() => {
    listening.close()
    for (const end of ends) end.destroy()
  })
  await once(listening, "listening")
  const address = listening.address()
  if (address === null || typeof address === "string") throw new Error("no address")
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo: (to) => {
      port = to
    }
  }
}

/** Timers of one length end in the order in which they began, so nothing overtakes. */
const carry = (from: Socket, to: Socket, milliseconds: number): void => {
  from.on("data", (data) => setTimeout(() => to.writable && to.write(data), milliseconds))
  from.on("close", () => setTimeout(() => to.end(), milliseconds))
}
