import { connect, type Socket } from "node:net"

const CONNECTIONS = 32

/** Sends requests over kept-alive connections for a while, each after the answer to the one before, and counts the answers. */
export const drive = async (
  port: number,
  headers: Readonly<Record<string, string>>,
  milliseconds: number
): Promise<number> => {
  const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).map(([name, value]) => `${name}: ${value}`)
  const request = Buffer.from(`GET /me HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`)
  let isOver = false
  let answers = 0

  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket: Socket = connect(port, "127.0.0.1", () => socket.write(request))
      const read = answerReader(() => {
        answers += 1
        if (isOver) socket.end()
        else socket.write(request)
      })
      socket.on("data", read)
      socket.on("close", () => resolve())
      socket.on("error", reject)
    })

  const timer = setTimeout(() => {
    isOver = true
  }, milliseconds)
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  clearTimeout(timer)
  return answers
}

/** Calls back at the end of each answer; every answer says its length. */
const answerReader = (onAnswer: () => void) => {
  let pending = ""
  return (chunk: Buffer) => {
    pending += chunk.toString("latin1")
    for (;;) {
      const headEnd = pending.indexOf("\r\n\r\n")
      if (headEnd === -1) return
      const length = /^content-length: (\d+)/im.exec(pending.slice(0, headEnd))?.[1]
      if (length === undefined) throw new Error("an answer without Content-Length cannot be counted")
      const end = headEnd + 4 + Number(length)
      if (pending.length < end) return
      pending = pending.slice(end)
      onAnswer()
    }
  }
}
