import { once } from "node:events"
import type { AddressInfo } from "node:net"
import PostalMime, { type Email } from "postal-mime"
import { SMTPServer, type SMTPServerOptions } from "smtp-server"
import { onTestFinished } from "vitest"

/** A mail as the server got it. */
export interface Received {
  readonly from: string
  readonly to: ReadonlyArray<string>
  readonly raw: string
  readonly mail: Email
  readonly user: unknown
  readonly isEncrypted: boolean
}

export interface MailServer {
  readonly port: number
  readonly received: ReadonlyArray<Received>
  /** How many connections are open, were open at most, and were opened in all. */
  readonly connections: { most: number; all: number; open: number }
}

/** Starts a real SMTP server on this machine, which ends with the test. It takes every mail, unless the options refuse it. */
export const startMailServer = async (options: SMTPServerOptions = {}): Promise<MailServer> => {
  const received: Array<Received> = []
  const connections = { most: 0, all: 0, open: 0 }
  const server = new SMTPServer({
    authOptional: true,
    hideENHANCEDSTATUSCODES: true,
    disabledCommands: options.key === undefined ? ["STARTTLS"] : [],
    onConnect: (_, done) => {
      connections.all++
      connections.most = Math.max(connections.most, ++connections.open)
      done()
    },
    onClose: () => {
      connections.open--
    },
    onData: async (stream, { envelope: { mailFrom, rcptTo }, user, secure }, done) => {
      const chunks: Array<Uint8Array> = []
      for await (const chunk of stream) chunks.push(chunk)
      const raw = Buffer.concat(chunks).toString("utf8")
      const from = mailFrom === false ? "" : mailFrom.address
      const to = rcptTo.map(({ address }) => address)
      received.push({ from, to, raw, mail: await PostalMime.parse(raw), user, isEncrypted: secure })
      done()
    },
    logger: false,
    ...options
  })
  server.on("error", () => undefined) // clients that go away in the middle, as some tests have them do
  server.listen(0, "127.0.0.1")
  await once(server.server, "listening")
  onTestFinished(() => new Promise<void>((closed) => server.close(() => closed())))
  return { port: (server.server.address() as AddressInfo).port, received, connections }
}

/** An answer of the server that refuses. */
export const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })
