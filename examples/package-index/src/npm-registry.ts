import { file, type IndexRequest, type IndexRoute, json, notFound, refused } from "./index-route.ts"
import { hashOf, type Shelf } from "./shelf.ts"

/** As much of an npm registry as `npm install`, `npm publish` and `npm whoami` need. */
export const npmRegistry = (shelf: Shelf, publicUrl: string): ReadonlyArray<IndexRoute> => [
  { method: "GET", prefix: "/npm/", scope: "packages:read", answer: (request) => show(shelf, publicUrl, request) },
  { method: "PUT", prefix: "/npm/", scope: "packages:write", answer: (request) => publish(shelf, request) }
]

/** A version as it is stored, next to its tarball. */
interface Release {
  readonly manifest: { readonly name: string; readonly version: string }
  readonly tarball: string
  readonly shasum: string
  readonly publishedAt: number
}

/** What `npm publish` sends. */
interface Publication {
  readonly name: string
  readonly versions: Readonly<Record<string, Release["manifest"]>>
  readonly _attachments: Readonly<Record<string, { readonly data: string }>>
}

/** `@acme/widget` is one folder. */
const folderOf = (name: string): string => name.replace("/", "+")

const NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/
const VERSION = /^\d+\.\d+\.\d+[A-Za-z0-9.+-]*$/

const show = async (shelf: Shelf, publicUrl: string, { rest, identity }: IndexRequest) => {
  const path = decoded(rest)
  if (path === "-/ping") return json({})
  if (path === "-/whoami") return json({ username: identity.user.username ?? identity.user.email })
  const [name = "", tarball] = path.split("/-/")
  if (!NAME.test(name)) return notFound
  if (tarball !== undefined) {
    const bytes = await shelf.read(folderOf(name), tarball)
    return bytes === null ? notFound : file(bytes)
  }
  const releases = await releasesOf(shelf, name)
  const newest = releases.toSorted((a, b) => b.publishedAt - a.publishedAt)[0]
  if (newest === undefined) return notFound
  const versions = releases.map(({ manifest, tarball: at, shasum }) => [
    manifest.version,
    { ...manifest, dist: { shasum, tarball: `${publicUrl}/npm/${name}/-/${at}` } }
  ])
  return json({ name, "dist-tags": { latest: newest.manifest.version }, versions: Object.fromEntries(versions) })
}

const releasesOf = async (shelf: Shelf, name: string): Promise<ReadonlyArray<Release>> => {
  const files = (await shelf.files(folderOf(name))).filter((each) => each.endsWith(".json"))
  return Promise.all(files.map(async (each) => JSON.parse(String(await shelf.read(folderOf(name), each)))))
}

const publish = async (shelf: Shelf, { rest, body }: IndexRequest) => {
  const publication = readPublication(await body())
  if (publication === null || publication.name !== decoded(rest)) return refused(400, "The body is not a valid package")
  const { name, manifest, tarball } = publication
  const at = `${name.split("/").at(-1)}-${manifest.version}.tgz`
  const release: Release = { manifest, tarball: at, shasum: hashOf("sha1", tarball), publishedAt: Date.now() }
  const isNew = await shelf.put(folderOf(name), at, tarball)
  if (!isNew) return refused(409, "This version already exists")
  await shelf.put(folderOf(name), `${manifest.version}.json`, Buffer.from(JSON.stringify(release)))
  return json({ ok: true }, 201)
}

/** Reads the one version and its tarball that `npm publish` sends, and ignores the rest. */
const readPublication = (bytes: Buffer) => {
  const { name, versions, _attachments } = parsed(bytes)
  const [manifest] = Object.values(versions ?? {})
  const [attachment] = Object.values(_attachments ?? {})
  const isWhole = typeof name === "string" && NAME.test(name) && typeof attachment?.data === "string"
  if (!isWhole || manifest?.name !== name || !VERSION.test(manifest.version)) return null
  return { name, manifest, tarball: Buffer.from(attachment.data, "base64") }
}

const parsed = (bytes: Buffer): Partial<Publication> => {
  try {
    return Object(JSON.parse(bytes.toString("utf8")))
  } catch {
    return {}
  }
}

const decoded = (rest: string): string => {
  try {
    return decodeURIComponent(rest)
  } catch {
    return ""
  }
}
