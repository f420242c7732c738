import { once } from "node:events"
import { createServer } from "node:http"
import { afterAll } from "vitest"

/** A site of somebody else's. */
export interface OtherSite {
  /** Its address on another site than the server: `localhost` and `127.0.0.1` have nothing in common. */
  readonly foreign: string
  /** Its address on the same site as the server, only on another port: browsers send cookies from there. */
  readonly sibling: string
  /** What was asked for so far. */
  readonly visits: ReadonlyArray<string>
}

/** The path of a page with a form that posts these fields to an address, for somebody to press its button. */
export const formPath = (action: string, fields: Readonly<Record<string, string>>): string =>
  `/form?${new URLSearchParams({ ...fields, action })}`

/** The path of a page with a link to an address, as a mailbox on the web shows a mail. */
export const mailPath = (href: string): string => `/mail?${new URLSearchParams({ href })}`

/** The path of a page that frames an address. */
export const framePath = (src: string): string => `/frame?${new URLSearchParams({ src })}`

const attribute = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;")

const pageFor = ({ pathname, searchParams }: URL): string => {
  if (pathname === "/frame") return `<iframe src="${attribute(searchParams.get("src") ?? "")}"></iframe>`
  if (pathname === "/mail") return `<a href="${attribute(searchParams.get("href") ?? "")}">The link of the mail</a>`
  const { action = "", ...fields } = Object.fromEntries(searchParams)
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${attribute(value)}">`)
  return `<form method="post" action="${attribute(action)}">${inputs.join("")}<button>Win a prize</button></form>`
}

/** Opens the other site until the file's tests are over. */
export const openOtherSite = async (): Promise<OtherSite> => {
  const visits: Array<string> = []
  const server = createServer((request, response) => {
    visits.push(request.url ?? "")
    response.setHeader("content-type", "text/html; charset=utf-8")
    response.end(`<!doctype html><link rel="icon" href="data:,">${pageFor(new URL(request.url ?? "", "http://other"))}`)
  }).listen(0, "127.0.0.1")
  afterAll(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, "listening")
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return { foreign: `http://localhost:${port}`, sibling: `http://127.0.0.1:${port}`, visits }
}
