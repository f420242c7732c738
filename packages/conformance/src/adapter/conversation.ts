import type { WireAnswer } from "./answer.ts"
import { readAnswer } from "./read-answer.ts"
import { joined, latin1, requestBytes, type WireRequest } from "./request.ts"

/** A connection to a server as raw bytes: with node:net, `Duplex.toWeb(connect(port, "127.0.0.1"))`. */
export interface Connection {
  readonly readable: ReadableStream<Uint8Array>
  readonly writable: WritableStream<Uint8Array>
}

/** A connection on which any bytes can be sent. */
export interface Conversation {
  /** Sends text, each character as one byte, or bytes. Does not say whether the other side still listens. */
  readonly say: (what: string | Uint8Array | WireRequest) => Promise<void>
  /** The next answer; fails if the other side closes the connection before it is complete. */
  readonly answer: (method?: string) => Promise<WireAnswer>
  /** Resolves when the other side has closed the connection. */
  readonly ended: () => Promise<void>
  /** Closes the connection at once. */
  readonly hangUp: () => Promise<void>
}

export const converse = ({ readable, writable }: Connection): Conversation => {
  const reader = readable.getReader()
  const writer = writable.getWriter()
  let bytes = new Uint8Array()

  /** Reads more; false at the end, even if that is an error, because what came before it counts. */
  const more = async (): Promise<boolean> => {
    const read = await reader.read().catch(() => ({ done: true, value: undefined }))
    if (read.value !== undefined) bytes = Uint8Array.from(joined([bytes, read.value]))
    return !read.done
  }

  return {
    say: (what) => writer.write(bytesOf(what)).catch(() => undefined),
    answer: async (method = "GET") => {
      for (let isOpen = true; ; ) {
        const read = readAnswer(bytes, method, !isOpen)
        if (read !== null) {
          bytes = bytes.slice(read.length)
          return read.answer
        }
        if (!isOpen) throw new Error("The server hung up without a whole answer.")
        isOpen = await more()
      }
    },
    ended: async () => {
      while (await more());
    },
    hangUp: async () => {
      await writer.abort().catch(() => undefined)
      await reader.cancel().catch(() => undefined)
    }
  }
}

const bytesOf = (what: string | Uint8Array | WireRequest): Uint8Array => {
  if (typeof what === "string") return latin1(what)
  return what instanceof Uint8Array ? what : requestBytes(what)
}
