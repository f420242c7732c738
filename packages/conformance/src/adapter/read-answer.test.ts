import { expect, test } from "vitest"
import { readAnswer } from "./read-answer.ts"
import { latin1, requestBytes } from "./request.ts"

const read = (text: string, { method = "GET", isEnd = false } = {}) =>
  readAnswer(latin1(text), method, isEnd)?.answer ?? null

const answer = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:  b=2 \r\nContent-Length: 3\r\n\r\nabc"

test("an answer is there as soon as all of it is there, and not before", () => {
  for (let length = 0; length < answer.length; length++) expect(read(answer.slice(0, length))).toBe(null)
  expect(read(answer)).toEqual({
    status: 200,
    headers: [
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["content-length", "3"]
    ],
    body: "abc"
  })
})

test("a body in chunks is put together, wherever it is cut", () => {
  const chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nzw\r\n3\r\n\xc3\xb6l\r\nA\r\nf Boxkaemp\r\n0\r\n\r\n"
  for (let length = 0; length < chunked.length; length++) expect(read(chunked.slice(0, length))).toBe(null)
  expect(read(chunked)?.body).toBe("zwölf Boxkaemp")
})

test("what comes behind an answer is the next one's", () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
  for (const first of [answer, chunked, "HTTP/1.1 204 No Content\r\n\r\n", `HTTP/1.1 103 Early\r\n\r\n${answer}`]) {
    expect(readAnswer(latin1(first + answer), "GET", false)?.length).toBe(first.length)
  }
})

test("an answer without a length ends with the connection; one that has no body ends with its head", () => {
  const open = "HTTP/1.1 404 Not Found\r\n\r\nabc"
  expect([read(open), read(open, { isEnd: true })?.body]).toEqual([null, "abc"])
  expect(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", { method: "HEAD" })?.body).toBe("")
  expect(read("HTTP/1.1 204 No Content\r\n\r\n")?.status).toBe(204)
})

test("what only announces an answer is passed over, and what is none is said to be so", () => {
  expect(read(`HTTP/1.1 100 Continue\r\n\r\n${answer}`)?.status).toBe(200)
  expect(() => read("SSH-2.0-OpenSSH\r\n\r\n")).toThrow("This is no answer")
})

test("a request is written as it is said, with what its body needs", () => {
  const text = (request: Parameters<typeof requestBytes>[0]) => Buffer.from(requestBytes(request)).toString("latin1")
  expect(
    text({
      target: "/a",
      headers: [
        ["X-A", "\xff"],
        ["X-A", "2"]
      ]
    })
  ).toBe("GET /a HTTP/1.1\r\nHost: latchkey.test\r\nX-A: \xff\r\nX-A: 2\r\n\r\n")
  expect(text({ target: "/a", json: { a: "ö" }, headers: { host: "b" } })).toBe(
    'POST /a HTTP/1.1\r\nhost: b\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"a":"\xc3\xb6"}'
  )
  expect(text({ method: "PUT", target: "/", form: { a: "b c" }, headers: { "content-type": "text/plain" } })).toContain(
    "\r\ncontent-type: text/plain\r\nContent-Length: 5\r\n\r\na=b+c"
  )
})
