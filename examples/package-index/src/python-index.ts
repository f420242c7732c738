import { file, html, type IndexRequest, type IndexRoute, notFound, refused } from "./index-route.ts"
import { hashOf, type Shelf } from "./shelf.ts"

/** A private Python index: the simple API that pip reads (PEP 503), and the upload form that twine fills. */
export const pythonIndex = (shelf: Shelf): ReadonlyArray<IndexRoute> => [
  { method: "GET", prefix: "/simple/", scope: "packages:read", answer: ({ rest }) => showProject(shelf, rest) },
  { method: "GET", prefix: "/files/", scope: "packages:read", answer: ({ rest }) => sendFile(shelf, rest) },
  { method: "POST", prefix: "/legacy/", scope: "packages:write", answer: (request) => takeUpload(shelf, request) }
]

/** PEP 503: names that differ only in case or in `-`, `_` and `.` mean the same project. */
const normalized = (name: string): string => name.replaceAll(/[-_.]+/g, "-").toLowerCase()

const showProject = async (shelf: Shelf, rest: string) => {
  const project = rest.replace(/\/$/, "")
  if (project === "") return html(links((await shelf.projects()).map((name) => [name, `${name}/`])))
  const files = await shelf.files(normalized(project))
  const entries = files.map(async (name): Promise<Link> => {
    const bytes = await shelf.read(normalized(project), name)
    return [name, `/files/${normalized(project)}/${name}#sha256=${hashOf("sha256", bytes ?? Buffer.alloc(0))}`]
  })
  return files.length === 0 ? notFound : html(links(await Promise.all(entries)))
}

const sendFile = async (shelf: Shelf, rest: string) => {
  const [project = "", name = ""] = rest.split("/")
  const bytes = await shelf.read(project, name)
  return bytes === null ? notFound : file(bytes)
}

const takeUpload = async (shelf: Shelf, { body, contentType }: IndexRequest) => {
  const form = await new Response(await body(), { headers: { "content-type": contentType } })
    .formData()
    .catch(() => null)
  const [name, content] = [form?.get("name"), form?.get("content")]
  if (form?.get(":action") !== "file_upload" || typeof name !== "string" || !(content instanceof File)) {
    return refused(400, "The body is not a valid package upload")
  }
  const bytes = Buffer.from(await content.arrayBuffer())
  if (form.get("sha256_digest") !== hashOf("sha256", bytes))
    return refused(400, "The file does not match its sha256_digest. Upload it again")
  const isNew = await shelf.put(normalized(name), content.name, bytes)
  return isNew ? refused(200, "OK") : refused(409, "A file with this name already exists")
}

type Link = readonly [text: string, href: string]

/** The shelf checked the names when it stored them, so nothing in them needs escaping. */
const links = (entries: ReadonlyArray<Link>): string =>
  `<!doctype html><title>Simple index</title>${entries.map(([text, href]) => `<a href="${href}">${text}</a><br>`).join("\n")}`
