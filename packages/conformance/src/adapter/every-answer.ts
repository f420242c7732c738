import { headerOf, valuesOf, type WireAnswer } from "./answer.ts"
import { expectSame, expectThat } from "./expect.ts"

/** How the site under test logs people in. */
export type Mode = "session" | "basic"

/** Checks what holds for every answer of the surface and its guards, for any request; fails with what does not hold. */
export const checkEveryAnswer = (answer: WireAnswer, mode: Mode = "session"): void => {
  checkHeaders(answer)
  checkContent(answer)
  checkCookies(answer, mode)
  expectThat(!LEAK.test(printed(answer)), `ERR-01: the answer tells of our insides: ${printed(answer)}`)
  if (answer.status >= 400) checkRefusal(answer, mode)
  if (answer.status >= 300 && answer.status < 400) checkRedirect(answer)
}

/** What no client must see: a stack trace, an error text of a driver, a path on the disk, an Effect. */
const LEAK = /\bat \S[^\n]*\.[cm]?[jt]sx?:\d|SQLITE_|ECONN|node_modules\/|file:\/\/|"_tag"|StoreError|FiberFailure/

const printed = ({ headers, body }: WireAnswer): string => `${JSON.stringify(headers)}\n${body}`

const PROTECTION = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin"
}

/** With several catalogues, pages also depend on the reader's language. */
const PAGE_VARIES = ["Authorization, Cookie", "Authorization, Cookie, Accept-Language"]

/** One script may run, which is named by its address (HTM-09). */
const PAGE_POLICY =
  /^default-src 'none'; script-src https?:\/\/[^ ;,*]+\/latchkey-[0-9a-f]{8}\.js; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/

const isPage = (answer: WireAnswer): boolean => headerOf(answer, "content-type") === "text/html; charset=utf-8"

const checkHeaders = (answer: WireAnswer): void => {
  for (const [name, value] of Object.entries(PROTECTION)) expectSame(valuesOf(answer, name), [value], `HTM-03 ${name}`)
  const varies = isPage(answer) ? PAGE_VARIES : PAGE_VARIES.slice(0, 1)
  expectThat(varies.includes(valuesOf(answer, "vary").join("\n")), `HTM-03 vary is ${valuesOf(answer, "vary")}`)
  const isForever = headerOf(answer, "cache-control") === "public, max-age=31536000, immutable"
  const isOurFile = /^text\/(?:css|javascript);/.test(headerOf(answer, "content-type") ?? "") && answer.status === 200
  if (!(isForever && isOurFile)) expectSame(valuesOf(answer, "cache-control"), ["no-store"], "HTM-03 cache-control")
  const policies = valuesOf(answer, "content-security-policy")
  expectSame(policies.length, isPage(answer) ? 1 : 0, "HTM-02 pages have a policy")
  for (const policy of policies) expectThat(PAGE_POLICY.test(policy), `HTM-02 HTM-09 the page's policy is ${policy}`)
  expectSame(valuesOf(answer, "referrer-policy"), [isPage(answer) ? "same-origin" : "no-referrer"], "HTM-03 referrer")
  expectSame(valuesOf(answer, "access-control-allow-origin"), [], "CSR-10 no other origin is let in")
}

const TYPES = ["text/html", "text/css", "text/javascript", "application/json", "application/problem+json"]

const checkContent = (answer: WireAnswer): void => {
  const type = headerOf(answer, "content-type")
  if (type === null) expectSame(answer.body, "", "HTM-05 a body has a type")
  else
    expectThat(
      TYPES.some((each) => type === `${each}; charset=utf-8`),
      `HTM-05 the content type is ${type}`
    )
}

/** The session of an administrator who acts as somebody else, and their own meanwhile, live an hour at most (IMP-03). */
const COOKIE =
  /^(?:__Host-)?[A-Za-z][\w-]*=(?:lk_(?:ses|dev)_[0-9A-Za-z]{71}(?:; Max-Age=(?:34560000|[1-9]\d{0,2}|[12]\d{3}|3[0-5]\d{2}|3600))?|(?:lk_otc_[0-9A-Za-z]{71}|used); Max-Age=3600|; Max-Age=0); Path=\/; HttpOnly(?:; Secure)?; SameSite=Lax$/

const checkCookies = (answer: WireAnswer, mode: Mode): void => {
  const ofSessions = valuesOf(answer, "set-cookie").filter((line) => !/^[\w-]+_code_[a-z-]+=/.test(line))
  if (mode === "basic") expectSame(ofSessions, [], "no session's cookie in mode basic")
  const isRemoval = ofSessions.some((line) => line.includes("=; Max-Age=0;"))
  expectSame(valuesOf(answer, "clear-site-data"), isRemoval ? ['"cache"'] : [], "COO-09 what browsers are to forget")
  for (const line of valuesOf(answer, "set-cookie")) {
    expectThat(COOKIE.test(line), `COO-01 COO-07 the cookie is ${line}`)
    expectSame(line.startsWith("__Host-"), line.includes("; Secure"), "COO-01 the prefix goes with Secure")
    expectThat(answer.status < 400 || line.includes("=; Max-Age=0;"), `CSR-11 a refusal sets ${line}`)
  }
}

const CHALLENGES: Readonly<Record<Mode, ReadonlyArray<string>>> = {
  session: [
    'Basic realm="latchkey", charset="UTF-8", Bearer realm="latchkey"',
    'Basic realm="latchkey", charset="UTF-8", Bearer realm="latchkey", error="invalid_token"',
    'Bearer realm="latchkey"',
    'Bearer realm="latchkey", error="invalid_token"'
  ],
  basic: ['Basic realm="latchkey", charset="UTF-8"']
}

/** RFC 6750 §3.1, of a 403 for a scope. */
const SCOPE_CHALLENGE = /^Bearer realm="latchkey", error="insufficient_scope"(?:, scope="[!#-[\]-~]+")?$/

const checkRefusal = (answer: WireAnswer, mode: Mode): void => {
  const challenges = valuesOf(answer, "www-authenticate")
  const isForScope = answer.status === 403 && challenges.every((each) => SCOPE_CHALLENGE.test(each))
  if (!isForScope) {
    expectSame(challenges.length, answer.status === 401 ? 1 : 0, "HDR-06 one challenge with 401, none else")
    expectThat(
      challenges.every((each) => CHALLENGES[mode].includes(each)),
      `HDR-07 the challenge is ${challenges}`
    )
  }
  expectSame(valuesOf(answer, "allow").length, answer.status === 405 ? 1 : 0, "405 says what is allowed")
  const mustWait = answer.status === 429 || answer.status === 503
  const waits = valuesOf(answer, "retry-after")
  expectThat(mustWait ? /^[1-9]\d*$/.test(waits.join()) : waits.length === 0, `RAT-09 Retry-After is ${waits}`)
  if (answer.body === "" || isPage(answer) || isForCliLogin(answer)) return
  expectSame(headerOf(answer, "content-type"), "application/problem+json; charset=utf-8", "ERR-01 the problem's type")
  const problem = JSON.parse(answer.body)
  checkProblem(problem, answer.status)
  const isScopeNamed = problem.code === "insufficient-scope"
  if (answer.status === 403) expectSame(challenges.length, isScopeNamed ? 1 : 0, "HDR-09 a challenge names the scope")
}

/**
 * Programs that log in read what standards and older systems have in place of problem details. Both name all that is in
 * them.
 */
const isForCliLogin = ({ headers, status, body }: WireAnswer): boolean => {
  if (!headers.some(([, value]) => value === "application/json; charset=utf-8")) return false
  const { error, error_description, ...more } = JSON.parse(body)
  if (error === undefined) return status === 429 && body === '{"status":"pending","token":null}'
  const members = ["interval", "confirmation_required", "confirmation_attempts_left"]
  expectThat(/^[a-z]+(?:_[a-z]+)+$/.test(error), `DEV-16 the error is ${error}`)
  expectThat(/^[ !#-[\]-~]+$/.test(error_description), `DEV-16 RFC 6749 §5.2: the description is ${error_description}`)
  expectThat(
    Object.keys(more).every((name) => members.includes(name)),
    `DEV-16 the answer has ${Object.keys(more)}`
  )
  return true
}

/**
 * What else the problems of these codes have: they name what is missing or wrong, or why a hook of the host refuses, or
 * nobody can be invited (HDR-09, HDR-10).
 */
const MORE: Readonly<Record<string, ReadonlyArray<string>>> = {
  "deletion-refused": ["reason"],
  "insufficient-scope": ["scope"],
  "invalid-request": ["header"],
  "not-invitable": ["reason"],
  "registration-refused": ["reason"],
  "role-required": ["role"]
}

const checkProblem = (problem: Readonly<Record<string, unknown>>, status: number): void => {
  const more = MORE[String(problem.code)] ?? []
  const hasInstance = status === 500 && "instance" in problem // not when the log has had enough lines of its kind (ERR-05)
  const names = ["type", "title", "status", "detail", "code", ...more, ...(hasInstance ? ["instance"] : [])]
  expectSame(Object.keys(problem), names, "ERR-01 the problem's members")
  expectSame(problem.status, status, "ERR-01 the problem's status")
  expectSame(problem.type, `https://latchkey.dev/problems/${problem.code}`, "ERR-01 the problem's type")
  expectThat(/^[a-z]+(?:-[a-z]+)*$/.test(String(problem.code)), `ERR-01 the code is ${problem.code}`)
}

const checkRedirect = (answer: WireAnswer): void => {
  expectSame(answer.status, 303, "RED-05 a redirect is 303")
  expectThat(
    /^\/(?![/\\])[!-~]*$/.test(headerOf(answer, "location") ?? ""),
    `RED-01 it leads to ${headerOf(answer, "location")}`
  )
  expectSame(answer.body, "", "a redirect has no body")
}
