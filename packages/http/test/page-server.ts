import { once } from "node:events"
import { createServer } from "node:http"
import { createTestAuth } from "@latchkey/core/testing"
import { makeSurface, type Site } from "@latchkey/http"

/** Serves pages that were drawn without a server, with what a real one adds: the headers, the stylesheet, the script. */
export interface PageServer {
  /** For the views: the addresses of the stylesheet and the script are those that this server answers. */
  readonly site: Site
  /** Puts a page at an address of its own. */
  readonly show: (html: string) => string
  /** Puts a stylesheet at an address of its own, to make a page ugly. */
  readonly style: (css: string) => string
  /** The bytes of a page with all that it loads from here, uncompressed. */
  readonly weigh: (html: string) => Promise<number>
  readonly close: () => Promise<void>
}

export const openPageServer = async (): Promise<PageServer> => {
  const shown: Array<{ readonly text: string; readonly headers: Readonly<Record<string, string>> }> = []
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no address")
  const origin = `http://127.0.0.1:${address.port}`
  const { auth } = await createTestAuth({ publicUrl: origin, name: "Harbour Packages" })
  const surface = makeSurface(auth)

  const answer = async (target: string): Promise<Response> => {
    const found = shown[Number(/^\/shown\/(\d+)$/.exec(target)?.[1])]
    return found === undefined
      ? surface.handle(new Request(`${origin}${target}`), null)
      : new Response(found.text, { headers: found.headers })
  }
  server.on("request", async (request, response) => {
    const { status, headers, ...body } = await answer(request.url ?? "/").then(async (found) => ({
      status: found.status,
      headers: Object.fromEntries(found.headers),
      bytes: Buffer.from(await found.arrayBuffer())
    }))
    response.writeHead(status, headers).end(body.bytes)
  })

  const put = (text: string, headers: Readonly<Record<string, string>>): string =>
    `${origin}/shown/${shown.push({ text, headers }) - 1}`

  const sizes = new Map<string, Promise<number>>()
  const sizeOf = async (path: string): Promise<number> => (await (await answer(path)).arrayBuffer()).byteLength

  return {
    site: surface.site,
    show: (html) => put(html, surface.securityHeaders.page),
    style: (css) => put(css, { ...surface.securityHeaders.data, "Content-Type": "text/css" }),
    weigh: async (html) => {
      const loaded = [...html.matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)"/g)].map(
        ([, path = ""]) => {
          const size = sizes.get(path) ?? sizeOf(path)
          sizes.set(path, size)
          return size
        }
      )
      return (await Promise.all(loaded)).reduce((sum, size) => sum + size, Buffer.byteLength(html))
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await auth.close()
    }
  }
}
