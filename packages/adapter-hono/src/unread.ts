import type { Context } from "hono"

/**
 * The request with its body, even if a middleware in front has read that through Hono, which keeps what it read. The exact bytes
 * count before a form that was made of them. A body that nobody kept is left as it is: the surface says so.
 */
export const unread = (c: Context): Request | Promise<Request> =>
  c.req.raw.bodyUsed ? again(c).catch(() => c.req.raw) : c.req.raw

const again = async ({ req }: Context): Promise<Request> => {
  const { bodyCache, raw } = req
  const type = raw.headers.get("content-type")
  const bytes = bodyCache.arrayBuffer ?? bodyCache.blob ?? bodyCache.text
  if (bytes !== undefined) return withBody(raw, await bytes, type)
  if (bodyCache.json !== undefined) return withBody(raw, JSON.stringify(await bodyCache.json), type)
  const form = await bodyCache.formData
  if (form === undefined) return raw
  return FORM.test(type ?? "") ? withBody(raw, textOf(form), type) : withBody(raw, form, null) // with a boundary of its own
}

const FORM = /^\s*application\/x-www-form-urlencoded\b/i

/** A form in a url cannot hold files, so all of its values are strings. */
const textOf = (form: FormData): string =>
  new URLSearchParams([...form].map(([name, value]): [string, string] => [name, String(value)])).toString()

const withBody = (
  raw: Request,
  body: NonNullable<ConstructorParameters<typeof Response>[0]>,
  type: string | null
): Request => {
  const headers = new Headers(raw.headers)
  headers.delete("content-length")
  if (type === null) headers.delete("content-type")
  return new Request(raw.url, { method: raw.method, headers, body, signal: raw.signal })
}
