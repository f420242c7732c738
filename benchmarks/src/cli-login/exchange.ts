import { connect } from "node:net"

const CONNECTIONS = 32

export interface Ask {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty for none. */
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body: string
}

/** What sends batches of requests to one server. */
export interface Exchange {
  /** Sends them over the connections, each connection one after the other. The answers are in the order of the requests. */
  readonly send: (asks: ReadonlyArray<Buffer>) => Promise<ReadonlyArray<Answer>>
  readonly close: () => void
}

/** A request as it goes over the wire. */
export const encode = ({ method, path, headers, body }: Ask): Buffer => {
  const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) }
  const lines = Object.entries({ host: "127.0.0.1:3000", ...headers, ...length }).map(
    ([name, value]) => `${name}: ${value}`
  )
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`)
}

interface Connection {
  readonly ask: (request: Buffer) => Promise<Answer>
  readonly close: () => void
}

/** Connections that are kept, so that no request pays for opening one. */
export const openExchange = async (port: number): Promise<Exchange> => {
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(port)))
  return {
    send: async (asks) => {
      const answers: Array<Answer> = []
      let next = 0
      const work = async ({ ask }: Connection): Promise<void> => {
        for (let at = next++; at < asks.length; at = next++) answers[at] = await ask(asks[at] as Buffer)
      }
      await Promise.all(connections.map(work))
      return answers
    },
    close: () => {
      for (const { close } of connections) close()
    }
  }
}

const openConnection = (port: number): Promise<Connection> =>
  new Promise((opened, failed) => {
    let received = ""
    let waiting: { readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void } | null = null
    let broken: unknown = null
    const fail = (error: unknown): void => {
      broken ??= error
      failed(broken)
      waiting?.reject(broken)
    }
    const socket = connect(port, "127.0.0.1", () =>
      opened({
        ask: (request) =>
          new Promise((resolve, reject) => {
            waiting = { resolve, reject }
            if (broken === null) socket.write(request)
            else reject(broken)
          }),
        close: () => socket.destroy()
      })
    )
    socket.on("error", fail)
    socket.on("close", () => fail(new Error("the server closed a connection")))
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      const answer = readAnswer(received)
      if (answer === null) return
      received = ""
      waiting?.resolve(answer)
    })
  })

/** The answer, once all of it is there. */
const readAnswer = (received: string): Answer | null => {
  const headEnd = received.indexOf("\r\n\r\n")
  if (headEnd === -1) return null
  const head = received.slice(0, headEnd)
  const length = /^content-length: (\d+)/im.exec(head)?.[1]
  if (length === undefined) throw new Error("an answer without Content-Length cannot be read")
  const body = received.slice(headEnd + 4)
  return body.length < Number(length) ? null : { status: Number(head.slice(9, 12)), body }
}
