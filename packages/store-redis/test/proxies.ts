import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"

/** Stands between a store and its server, and loses what passes. */
export interface TcpProxy {
  readonly url: string
  readonly port: number
  /** From now on the connections there are lead nowhere, and nobody is told: as when a machine or a cable is gone. */
  readonly freeze: () => void
  /** Lets commands through to the server, and breaks the connection when it answers. */
  readonly loseAnswers: () => void
  /** Lets so many more bytes of commands through, and then breaks the connection. */
  readonly breakAfter: (bytes: number) => void
  readonly loseNothing: () => void
  readonly close: () => Promise<void>
}

export const startProxy = async (to: { readonly port: number }): Promise<TcpProxy> => {
  const open = new Set<readonly [Socket, Socket]>()
  let losesAnswers = false
  let most = Number.POSITIVE_INFINITY
  const server = createServer((client) => {
    const upstream = connect(to.port, "127.0.0.1")
    const pair = [client, upstream] as const
    const end = () => {
      open.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    open.add(pair)
    for (const socket of pair) socket.setNoDelay().on("error", end).on("close", end)
    client.on("data", (bytes) => {
      const passing = bytes.subarray(0, most)
      most -= passing.length
      upstream.write(passing)
      if (passing.length < bytes.length) upstream.end(end)
    })
    upstream.on("data", (bytes) => {
      if (losesAnswers) end()
      else client.write(bytes)
    })
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no address")
  return {
    url: `redis://127.0.0.1:${address.port}`,
    port: address.port,
    freeze: () => {
      for (const [client, upstream] of open) {
        // Nothing is read any more, so the sender's system takes what is sent, and nobody answers.
        client.removeAllListeners("data").pause()
        upstream.removeAllListeners("data").pause()
      }
    },
    loseAnswers: () => {
      losesAnswers = true
    },
    breakAfter: (bytes) => {
      most = bytes
    },
    loseNothing: () => {
      losesAnswers = false
      most = Number.POSITIVE_INFINITY
    },
    close: async () => {
      for (const [client, upstream] of open) for (const socket of [client, upstream]) socket.destroy()
      server.close()
      await once(server, "close")
    }
  }
}
