import { answerOf, browserOf, checkEveryAnswer, headerOf, navigation, webRequest } from "@latchkey/conformance/adapter"
import type { HostProblem, Surface } from "@latchkey/http"
import { expect, test } from "vitest"
import { bodyOf, textOf, withAda } from "../../test/answers.ts"
import { openSite } from "../../test/site.ts"
import { ruledStore } from "../../test/stores.ts"
import { headOf } from "./head.ts"

const answerTo = async (
  { problem }: Pick<Surface, "problem">,
  what: HostProblem,
  headers: Readonly<Record<string, string>> = {}
) => {
  const answer = await answerOf(await problem(headOf(webRequest({ target: "/reports/7", headers }), "192.0.2.7"), what))
  checkEveryAnswer(answer)
  return answer
}

test("ERR-07 a status is enough: a program gets problem details with our code for it", async () => {
  const { surface } = await openSite()
  const codes = { 400: "bad-request", 401: "unauthorized", 403: "forbidden", 404: "not-found", 409: "conflict" }
  for (const [status, code] of Object.entries({ ...codes, 410: "gone", 418: "error", 500: "internal" })) {
    const answer = await answerTo(surface, { status: Number(status) })
    expect([answer.status, bodyOf(answer).code]).toEqual([Number(status), code])
  }
})

test("ERR-07 what the host says stands in the problem, and on the page in place of our words", async () => {
  const { surface } = await openSite()
  const what = {
    status: 403,
    code: "not-yours",
    title: "Not your report",
    detail: "This report belongs to somebody else.",
    link: { label: "Your reports", href: "/reports" }
  }
  expect(bodyOf(await answerTo(surface, what))).toEqual({
    type: "https://latchkey.dev/problems/not-yours",
    title: what.title,
    status: 403,
    detail: what.detail,
    code: "not-yours"
  })
  const page = await answerTo(surface, what, navigation)
  expect(textOf(page)).toContain("Error 403 Not your report This report belongs to somebody else. Your reports")
  expect(page.body).toContain('href="/reports"')
  expect(textOf(await answerTo(surface, { ...what, text: "Ask its owner." }, navigation))).toContain("Ask its owner.")
})

test("ERR-07 a 401 has the challenge, and its page leads to the login page and back", async () => {
  const { surface } = await openSite()
  expect(headerOf(await answerTo(surface, { status: 401 }), "www-authenticate")).toContain("Basic")
  const page = await answerTo(surface, { status: 401 }, navigation)
  expect([page.status, headerOf(page, "www-authenticate")]).toEqual([401, 'Bearer realm="latchkey"'])
  expect(page.body).toContain('href="/login?next=%2Freports%2F7"')
})

test("RAT-09 a host that says how long to wait is understood by programs and people", async () => {
  const { surface } = await openSite()
  const what = { status: 429, retryAfter: 120 }
  expect(headerOf(await answerTo(surface, what), "retry-after")).toBe("120")
  const page = await answerTo(surface, what, navigation)
  expect(textOf(page)).toContain("Try again in 2 minutes.")
  expect(page.body).toContain('href="/reports/7"')
})

test("ERR-07 the page has the menu of whoever is calling; during an outage it has none, and is sent all the same", async () => {
  const ruled = ruledStore()
  const { auth, surface } = await withAda({ store: ruled.store })
  const headers = { ...navigation, cookie: await browserOf(auth) }
  expect(textOf(await answerTo(surface, { status: 404 }, headers))).toContain("Logged in as ada Profile Tokens Log out")
  expect(textOf(await answerTo(surface, { status: 404 }, navigation))).toContain("Latchkey Log in Error 404")
  for (const fate of ["fail", "throw"] as const) {
    ruled.rule = () => fate
    const page = await answerTo(surface, { status: 404 }, headers)
    expect([page.status, textOf(page)]).toEqual([404, expect.stringContaining("Latchkey Error 404 Not Found")])
  }
})

test("a problem that cannot be one is a mistake of the host's, and says what to change", async () => {
  const { surface } = await openSite()
  const mistakes: ReadonlyArray<readonly [HostProblem, string]> = [
    [{ status: 200 }, "The status of a problem is 200. It must be a whole number from 400 to 599."],
    [{ status: 404.5 }, "The status of a problem is 404.5."],
    [{ status: 600 }, "The status of a problem is 600."],
    [{ status: 403, code: "Not yours" }, 'The code of a problem is "Not yours". It must be lower-case words'],
    [{ status: 403, link: { label: "x", href: "javascript:alert(1)" } }, "It must be a path"],
    [{ status: 503, retryAfter: 0.5 }, "The retryAfter of a problem is 0.5. It must be a whole number of seconds"],
    [{ status: 503, retryAfter: 1e21 }, "The retryAfter of a problem is 1e+21."] // no header says that
  ]
  const head = headOf(webRequest({ target: "/" }), null)
  for (const [what, mend] of mistakes) expect(() => surface.problem(head, what)).toThrow(mend)
})
