import fc from "fast-check"
import { expect, test } from "vitest"
import { fromParsed, readBody } from "./body.ts"
import type { FieldProblem, FieldProblemType } from "./field-problem.ts"
import type { Body } from "./fields.ts"

const JSON_TYPE = "application/json"
const FORM_TYPE = "application/x-www-form-urlencoded"
const MULTIPART_TYPE = "multipart/form-data; boundary=edge"

const read = (body: string | Uint8Array<ArrayBuffer> | null, contentType: string | null): Promise<Body> => {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const headers = contentType === null ? {} : { "Content-Type": contentType }
  return readBody(new Request("https://app.test/", { method: "POST", body: bytes, headers }))
}

const part = (name: string, value: string, more = ""): string =>
  `--edge\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`

const multipart = (...parts: ReadonlyArray<string>): string => `${parts.join("")}--edge--\r\n`

const fields = (values: Record<string, unknown>) => ({ _tag: "Fields", values })

const problem = (type: FieldProblemType, ...loc: FieldProblem["loc"]) => ({
  _tag: "BodyProblem",
  status: 422,
  fields: [{ type, loc: ["body", ...loc], msg: expect.any(String) }]
})

/** A body that arrives in pieces, and tells how many of them were taken. */
const stream = (pieces: number, size: number, headers: Record<string, string> = {}) => {
  const taken = { pieces: 0 }
  const body = new ReadableStream({
    pull: (controller) => {
      if (taken.pieces >= pieces) return controller.close()
      taken.pieces++
      controller.enqueue(new Uint8Array(size).fill(0x61))
    }
  })
  const init = { method: "POST", body, duplex: "half", headers: { "Content-Type": FORM_TYPE, ...headers } } as const
  return { request: new Request("https://app.test/", init), taken }
}

test("JSON and both form encodings are read as the same fields (INP-06)", async () => {
  const values = { username: "zoë+1", password: "a b&c=d" }
  expect(await read(JSON.stringify(values), JSON_TYPE)).toEqual(fields(values))
  expect(await read("username=zo%C3%AB%2B1&password=a+b%26c%3Dd", FORM_TYPE)).toEqual(fields(values))
  const parts = multipart(part("username", values.username), part("password", values.password))
  expect(await read(parts, MULTIPART_TYPE)).toEqual(fields(values))
})

test("any text survives either form encoding (INP-06)", async () => {
  const text = fc.string({ unit: "grapheme-composite" })
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }), async (values) => {
      fc.pre(!Object.keys(values).some((name) => ["__proto__", "constructor", "prototype"].includes(name)))
      const form = new URLSearchParams(Object.entries(values)).toString()
      expect(await read(form, FORM_TYPE)).toEqual(fields(values))
      expect(await read(JSON.stringify(values), JSON_TYPE)).toEqual(fields(values))
    })
  )
})

test("no body is no fields, whatever type is named (CSR-07)", async () => {
  expect(await read(null, null)).toEqual(fields({}))
  expect(await read("", null)).toEqual(fields({}))
  expect(await read("", JSON_TYPE)).toEqual(fields({}))
  expect(await read(null, FORM_TYPE)).toEqual(fields({}))
  expect(await read("null", JSON_TYPE)).toEqual(fields({}))
})

test.each([
  JSON_TYPE,
  "APPLICATION/JSON",
  "application/json; charset=utf-8",
  'application/json ;charset="UTF-8"',
  "application/json; charset=utf8",
  'application/json; charset="UTF8"',
  "application/json;",
  "application/json; version=1"
])("%s is JSON (CSR-07)", async (contentType) => {
  expect(await read('{"a":1}', contentType)).toEqual(fields({ a: 1 }))
})

test.each(["utf8", "UTF8", "utf-8", '"utf8"', '"UTF-8"'])(
  "charset=%s is UTF-8 in every encoding (INP-10)",
  async (charset) => {
    expect(await read('{"a":"ë"}', `${JSON_TYPE}; charset=${charset}`)).toEqual(fields({ a: "ë" }))
    expect(await read("a=%C3%AB", `${FORM_TYPE};charset=${charset}`)).toEqual(fields({ a: "ë" }))
    expect(await read(multipart(part("a", "ë")), `${MULTIPART_TYPE}; charset=${charset}`)).toEqual(fields({ a: "ë" }))
    expect(await fromParsed({ a: "ë" }, `${JSON_TYPE}; charset=${charset}`)).toEqual(fields({ a: "ë" }))
  }
)

test.each([
  null,
  "",
  "text/plain",
  "text/plain; charset=application/json",
  "text/json",
  "application/json;x",
  "application/json;=",
  "application/json; charset=latin1",
  "application/json; charset=utf-16",
  "application/json; charset=utf8x",
  "application/json; charset=utf--8",
  "application/json; charset='utf8'",
  "application/json; charset=utf-8; charset=utf-16",
  "application/json, text/plain",
  "application/jsonp",
  "application/problem+json",
  "application/octet-stream",
  "x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=iso-8859-1"
])("%s is not a body we read (CSR-07)", async (contentType) => {
  expect(await read(new TextEncoder().encode('{"a":1}'), contentType)).toMatchObject({ status: 415 })
  expect(await fromParsed({ a: 1 }, contentType)).toMatchObject({ status: 415 })
})

test("a body of 64 kB is read and one byte more is not (REG-09)", async () => {
  expect(await read(`a=${"b".repeat(65534)}`, FORM_TYPE)).toMatchObject({ _tag: "Fields" })
  expect(await read(`a=${"b".repeat(65535)}`, FORM_TYPE)).toMatchObject({ status: 413 })
})

test("a Content-Length above the limit is refused before a byte is read (REG-09)", async () => {
  const { request } = stream(1, 10, { "Content-Length": "65537" })
  expect(await readBody(request)).toMatchObject({ status: 413 })
  expect(request.bodyUsed).toBe(false)
})

test.each([undefined, "10", "-1", "junk"])(
  "with Content-Length %s no more than the limit is taken in (REG-09)",
  async (length) => {
    const { request, taken } = stream(1_000_000, 1024, length === undefined ? {} : { "Content-Length": length })
    expect(await readBody(request)).toMatchObject({ status: 413 })
    expect(taken.pieces).toBeLessThan(70)
  }
)

test("a body that breaks off is unreadable, not an exception (REG-09)", async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("connection lost")) })
  const init = { method: "POST", body, duplex: "half", headers: { "Content-Type": JSON_TYPE } } as const
  expect(await readBody(new Request("https://app.test/", init))).toMatchObject({ status: 400 })
})

test("a body that someone read before is the integrator's mistake, and is said so (REG-09)", async () => {
  const request = new Request("https://app.test/", {
    method: "POST",
    body: "a=b",
    headers: { "Content-Type": FORM_TYPE }
  })
  await request.text()
  await expect(readBody(request)).rejects.toThrow("read before")
})

test("bytes that are not UTF-8 are refused in every encoding (INP-06)", async () => {
  const bytes = (text: string) => Uint8Array.from(text, (byte) => byte.charCodeAt(0))
  expect(await read(bytes('{"a":"\xff"}'), JSON_TYPE)).toMatchObject({ status: 400 })
  expect(await read(bytes("a=\xff"), FORM_TYPE)).toMatchObject({ status: 400 })
  expect(await read(bytes(multipart(part("a", "\xff"))), MULTIPART_TYPE)).toMatchObject({ status: 400 })
})

test.each([
  ["{", 1],
  ["{'a':1}", 1],
  ['{"a":1}x', 7],
  ["undefined", 0],
  ["NaN", 0],
  [" ", 1]
])("%j is not JSON, from character %d on (INP-11, wire.md §1)", async (text, at) => {
  expect(await read(text, JSON_TYPE)).toMatchObject(problem("json_invalid", at))
})

test.each(["[]", "[1]", '"a"', "1", "true", "false"])("%s is JSON without fields (wire.md §1)", async (text) => {
  expect(await read(text, JSON_TYPE)).toMatchObject(problem("value_error"))
})

test.each([
  ['{"a":1,"a":2}', "a"],
  ['{"a":1,"b":{"a":1},"a":1}', "a"],
  ['{"a":[{"b":1, "b" :2}]}', "b"],
  ['{"a\\u0062":1,"ab":2}', "ab"],
  ['{"\\"":1,"\\u0022":2}', '"']
])("in %s a name comes twice, and no value of it counts (REG-03)", async (text, name) => {
  expect(await read(text, JSON_TYPE)).toMatchObject(problem("value_error", name))
})

test("names that only seem to come twice are read (REG-03)", async () => {
  const values = { a: { a: "a" }, b: ["a:", "a", '{"a":1,"a":2}', '"a":', "\\"], c: { a: 1 }, A: '\\"a":' }
  expect(await read(JSON.stringify(values, null, 2), JSON_TYPE)).toEqual(fields(values))
})

test.each([
  ['{"__proto__":{"is_superuser":true}}', ["__proto__"]],
  ['{"\\u005f_proto__":1}', ["__proto__"]],
  ['{"constructor":{"prototype":{"is_superuser":true}}}', ["constructor"]],
  ['{"a":{"b":[{"__proto__":1}]}}', ["a", "b", "0", "__proto__"]]
])("%s reaches no prototype (REG-03)", async (text, loc) => {
  expect(await read(text, JSON_TYPE)).toMatchObject(problem("extra_forbidden", ...loc))
  expect(await fromParsed(JSON.parse(text), JSON_TYPE)).toMatchObject(problem("extra_forbidden", ...loc))
})

test("forms may not name a prototype either (REG-03, REG-04)", async () => {
  expect(await read("__proto__=1", FORM_TYPE)).toMatchObject(problem("extra_forbidden", "__proto__"))
  expect(await read(multipart(part("constructor", "1")), MULTIPART_TYPE)).toMatchObject(
    problem("extra_forbidden", "constructor")
  )
})

test("any JSON gives own keys without prototype, or at most ten problems, and changes no prototype (REG-03, F08)", async () => {
  const key = fc.oneof(fc.constantFrom("__proto__", "constructor", "prototype", "a", "b", "toString"), fc.string())
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 12 },
      fc.constantFrom(null, true, 1, "a", "\ud800"),
      fc.array(tie("tree"), { maxLength: 4 }),
      tie("object")
    ),
    object: fc.array(fc.tuple(key, tie("tree")), { maxLength: 5 }).map(Object.fromEntries)
  }))
  await fc.assert(
    fc.asyncProperty(tree, async (value) => {
      const body = await read(JSON.stringify(value), JSON_TYPE)
      if (body._tag === "Fields") {
        expect(Object.getPrototypeOf(body.values)).toBe(null)
        expect(JSON.stringify(body.values)).toBe(JSON.stringify(value ?? {}))
      } else {
        expect(body.status).toBe(422)
        expect(body.fields?.length).toBeLessThanOrEqual(10)
      }
      expect(Object.keys(Object.prototype)).toEqual([])
    }),
    { numRuns: 1000 }
  )
})

test("eight levels are read and nine are not (REG-09)", async () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`
  expect(await read(nested(8), JSON_TYPE)).toMatchObject({ _tag: "Fields" })
  expect(await read(nested(9), JSON_TYPE)).toMatchObject(problem("value_error", ..."aaaaaaaa"))
  expect(await read(`{"a":${"[".repeat(8)}${"]".repeat(8)}}`, JSON_TYPE)).toMatchObject({ status: 422 })
  expect(await read(nested(10_000), JSON_TYPE)).toMatchObject({ status: 422 })
})

test("a number that is no finite number is refused (REG-03)", async () => {
  expect(await read('{"expires_in":1e400}', JSON_TYPE)).toMatchObject(problem("value_error", "expires_in"))
})

test("half a surrogate pair is refused in a value and in a name (INP-06)", async () => {
  expect(await read('{"password":"\\ud800"}', JSON_TYPE)).toMatchObject(problem("value_error", "password"))
  expect(await read('{"a":["\\udfff"]}', JSON_TYPE)).toMatchObject(problem("value_error", "a", "0"))
  expect(await read('{"\\ud800":1}', JSON_TYPE)).toMatchObject(problem("value_error"))
  expect(await fromParsed({ password: "\ud800" }, FORM_TYPE)).toMatchObject(problem("value_error", "password"))
})

test("a form field that comes twice is refused, each once (REG-04)", async () => {
  expect(await read("a=1&a=1&a=2", FORM_TYPE)).toMatchObject(problem("value_error", "a"))
  expect(await read(multipart(part("a", "1"), part("a", "2")), MULTIPART_TYPE)).toMatchObject(
    problem("value_error", "a")
  )
  expect(await read("a&".repeat(30_000), FORM_TYPE)).toMatchObject(problem("value_error", "a"))
})

test("dots and brackets in a form's names are only dots and brackets (REG-04)", async () => {
  const values = { "a[b]": "1", "a[]": "2", "a.b": "3", "a[__proto__][x]": "4" }
  const form = new URLSearchParams(values).toString()
  expect(await read(form, FORM_TYPE)).toEqual(fields(values))
})

test("a form may leave out values and have empty pairs (INP-06)", async () => {
  expect(await read("&a&&b=&=c&", FORM_TYPE)).toEqual(fields({ a: "", b: "", "": "c" }))
})

test.each(["a=%", "a=%4", "a=%zz", "%=1", "a=%ff", "a=%C3%28", "a=%ED%A0%80", "a=%C0%AF"])(
  "the form %s is encoded wrongly (REG-04)",
  async (form) => {
    expect(await read(form, FORM_TYPE)).toMatchObject({ status: 400 })
  }
)

test("files are refused (REG-04)", async () => {
  const file = part("avatar", "bytes", '; filename="a.png"\r\nContent-Type: image/png')
  expect(await read(multipart(part("a", "1"), file), MULTIPART_TYPE)).toMatchObject(problem("string_type", "avatar"))
})

test.each([
  ["no boundary", "multipart/form-data", multipart(part("a", "1"))],
  ["another boundary", "multipart/form-data; boundary=other", multipart(part("a", "1"))],
  ["no end", MULTIPART_TYPE, part("a", "1")],
  ["no name", MULTIPART_TYPE, "--edge\r\nContent-Disposition: form-data\r\n\r\n1\r\n--edge--\r\n"],
  ["junk", MULTIPART_TYPE, "junk"]
])("a multipart body with %s is refused (REG-04)", async (_, contentType, body) => {
  expect(await read(body, contentType)).toMatchObject({ status: 400 })
})

test("no answer repeats what was submitted (wire.md §1)", async () => {
  const secret = "hunter2"
  const answers = [
    await read(`{"password":"${secret}","password":"${secret}"}`, JSON_TYPE),
    await read(`{"password":"${secret}\\ud800"}`, JSON_TYPE),
    await read(`{"password":"${secret}`, JSON_TYPE),
    await read(`password=${secret}&password=${secret}`, FORM_TYPE),
    await read(`password=${secret}%`, FORM_TYPE),
    await read(secret, "text/plain")
  ]
  expect(answers.map((answer) => answer._tag)).toEqual(answers.map(() => "BodyProblem"))
  expect(JSON.stringify(answers)).not.toContain(secret)
})

test("what a body parser made of a body is read like the body (REG-04)", async () => {
  const values = { username: "a", password: "b" }
  expect(await fromParsed(values, JSON_TYPE)).toEqual(await read(JSON.stringify(values), JSON_TYPE))
  expect(await fromParsed(values, FORM_TYPE)).toEqual(await read("username=a&password=b", FORM_TYPE))
  expect(await fromParsed("username=a&password=b", FORM_TYPE)).toEqual(fields(values))
  expect(await fromParsed(new TextEncoder().encode(JSON.stringify(values)), JSON_TYPE)).toEqual(fields(values))
  const body = await fromParsed(values, JSON_TYPE)
  expect(body._tag === "Fields" && Object.getPrototypeOf(body.values)).toBe(null)
})

test("what a body parser leaves without a body is no fields (CSR-07)", async () => {
  expect(await fromParsed(undefined, null)).toEqual(fields({}))
  expect(await fromParsed({}, null)).toEqual(fields({}))
  expect(await fromParsed({}, FORM_TYPE)).toEqual(fields({}))
})

test("a parser's lists and objects do not pass for a form's texts (REG-04)", async () => {
  expect(await fromParsed({ a: ["1", "2"] }, FORM_TYPE)).toMatchObject(problem("value_error", "a"))
  expect(await fromParsed({ a: { b: "1" } }, FORM_TYPE)).toMatchObject(problem("string_type", "a"))
  expect(await fromParsed([], JSON_TYPE)).toMatchObject(problem("value_error"))
  expect(await fromParsed(["a"], FORM_TYPE)).toMatchObject(problem("value_error"))
  expect(await fromParsed(true, JSON_TYPE)).toMatchObject(problem("value_error"))
})

test("what a parser in front has read comes in place of the request's own body, which has to be within the limit (REG-09)", async () => {
  const request = (length: number) =>
    new Request("https://app.test/", {
      method: "POST",
      headers: { "Content-Type": JSON_TYPE, "Content-Length": `${length}` }
    })
  expect(await readBody(request(7), { a: "b" })).toEqual(fields({ a: "b" }))
  expect(await readBody(request(65_537), { a: "b" })).toMatchObject({ status: 413 })
})

test("a parsed text has the same limit (REG-09)", async () => {
  expect(await fromParsed(`a=${"b".repeat(65534)}`, FORM_TYPE)).toMatchObject({ _tag: "Fields" })
  expect(await fromParsed(`a=${"b".repeat(65535)}`, FORM_TYPE)).toMatchObject({ status: 413 })
})

test("a hostile body of 64 kB is judged at once (REG-09, INP-07)", async () => {
  const start = performance.now()
  for (const text of ['{"a":', "[", "{}", '"\\"', "\ud800", '{"a":1,'].map((part) =>
    part.repeat(64_000 / part.length)
  )) {
    await read(text, JSON_TYPE)
    await read(`{"a":[${JSON.stringify(text)}]}`.slice(0, 65_536), JSON_TYPE)
  }
  for (const text of ["&", "a&", "%41", "+", "="].map((part) => part.repeat(64_000 / part.length)))
    await read(text, FORM_TYPE)
  await read(`{"a":[${"{},".repeat(20_000)}1]}`, JSON_TYPE)
  await read(multipart(...Array.from({ length: 900 }, (_, at) => part(`a${at}`, ""))), MULTIPART_TYPE)
  expect(performance.now() - start).toBeLessThan(2000)
})
