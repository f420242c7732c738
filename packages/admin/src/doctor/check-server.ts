import { randomUUID } from "node:crypto"
import { type Auth, isLoopback } from "@latchkey/core"
import { plainText } from "../command/words.ts"
import type { World } from "../command/world.ts"
import { isPrivateAddress } from "./addresses.ts"
import { checkClock } from "./check-clock.ts"
import { doubtful, type Finding, fine, unknown, wrong } from "./finding.ts"

const about = "server"

/** Whoever waits longer has given up. */
const PATIENCE_MS = 10_000

/** An address of documentation, which no visitor has. */
const FORGED = "192.0.2.77"

/** Asks the running server three things, as a visitor would, and looks what it says and what it writes into its trail. */
export const checkServer = async (
  url: URL,
  auth: Pick<Auth, "audit" | "settings"> | null,
  world: World
): Promise<ReadonlyArray<Finding>> => {
  const ask = (path: string, init: RequestInit = {}) =>
    world.fetch(`${url.href.replace(/\/$/, "")}${path}`, {
      redirect: "manual",
      ...init,
      signal: AbortSignal.any([world.signal, AbortSignal.timeout(PATIENCE_MS)])
    })
  const begun = Date.now()
  let page: Response
  try {
    page = await ask("/login", { headers: { accept: "text/html" } })
  } catch (error) {
    return [notReached(url, error)]
  }
  return [
    ...checkEncryption(url, page),
    ...checkDate(page, begun),
    ...checkPage(page),
    ...(await checkAddress(ask, url, auth)),
    ...(await checkProxy(ask, url, auth, world)),
    unknown(
      about,
      "not-seen",
      "From here nobody sees the session's cookie, which needs a log-in, nor the ports that are open beside this one."
    )
  ]
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>

const notReached = (url: URL, error: unknown): Finding => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return wrong({
    about,
    code: "not-reached",
    what: plainText(`${url.href} cannot be reached: ${code || String(cause)}.`, 300),
    why: "Nobody can log in.",
    mend: /CERT|SIGNATURE|SSL|TLS/i.test(code)
      ? "Look at the certificate of the proxy: who signed it, for which name, and until when."
      : "Look whether the server and the proxy run, and whether the name leads to them."
  })
}

const checkEncryption = (url: URL, page: Response): ReadonlyArray<Finding> => {
  if (url.protocol !== "https:")
    return isLoopback(url.hostname)
      ? [unknown(about, "loopback", "The server was asked on this machine, so not what a proxy in front of it does.")]
      : [
          wrong({
            about,
            code: "no-encryption",
            what: `${url.href} answers without https.`,
            why: "Whoever is on the way reads passwords and sessions.",
            mend: "Let the proxy answer http:// with a redirect to https:// and nothing else."
          })
        ]
  return page.headers.has("strict-transport-security")
    ? [fine(about, "https", "Browsers are told to use only https.")]
    : [
        doubtful({
          about,
          code: "https-not-required",
          what: "The server does not send Strict-Transport-Security.",
          why: "A browser's first request may go without encryption, and whoever is on the way answers it.",
          mend: "Turn on LATCHKEY_REQUESTS_STRICT_TRANSPORT_SECURITY, or let the proxy send it."
        })
      ]
}

/** The header has whole seconds, and the answer took its time. */
const checkDate = (page: Response, begun: number): ReadonlyArray<Finding> => {
  const date = Date.parse(page.headers.get("date") ?? "")
  if (Number.isNaN(date)) return [unknown("clock", "no-date", "The server does not tell its time (Date).")]
  const took = Date.now() - begun
  return checkClock("the server, or of the proxy in front of it,", date + 500 - (begun + took / 2), 500 + took / 2)
}

/** What every page of ours has, whatever the application is. */
const expected = [
  ["content-security-policy", /frame-ancestors/],
  ["x-content-type-options", /^nosniff$/],
  ["x-frame-options", /^DENY$/],
  ["referrer-policy", /./],
  ["cache-control", /no-store/]
] as const

const checkPage = (page: Response): ReadonlyArray<Finding> => {
  if (page.status !== 200 && page.status !== 303)
    return [
      doubtful({
        about,
        code: "no-login-page",
        what: `The login page answers ${page.status}.`,
        why: "People cannot log in there. It is no fault if you moved the page, or if the mode is basic.",
        mend: "Give the address with the path in front of /login, as LATCHKEY_PUBLIC_URL has it."
      })
    ]
  const found = checkCookies(page)
  if (page.status !== 200) return [...found, fine(about, "login-page", "The login page redirects.")]
  const changed = expected.filter(([name, form]) => !form.test(page.headers.get(name) ?? ""))
  if (changed.length === 0) return [...found, fine(about, "headers", "The headers that protect the login page arrive.")]
  return [
    ...found,
    doubtful({
      about,
      code: "headers-changed",
      what: `Headers that protect the login page are missing or were changed: ${changed.map(([name]) => name).join(", ")}.`,
      why: "Other sites can frame the page, or a cache keeps it. We send them, so something on the way changes them.",
      mend: "Let the proxy pass our headers as they are, and set none of these itself."
    })
  ]
}

const checkCookies = (page: Response): ReadonlyArray<Finding> => {
  const weak = page.headers
    .getSetCookie()
    .filter((cookie) => !/;\s*httponly/i.test(cookie) || (page.url.startsWith("https:") && !/;\s*secure/i.test(cookie)))
  if (weak.length === 0) return []
  return [
    doubtful({
      about,
      code: "weak-cookie",
      what: `The login page sets a cookie without HttpOnly or Secure: ${plainText(weak[0]?.split("=")[0] ?? "", 60)}.`,
      why: "Scripts of the page can read it, or it is sent without encryption.",
      mend: "It is none of ours: look which part of the application or which proxy sets it."
    })
  ]
}

/** The metadata for programs says which address the server believes to have. */
const checkAddress = async (
  ask: Ask,
  url: URL,
  auth: Pick<Auth, "settings"> | null
): Promise<ReadonlyArray<Finding>> => {
  const told = await ask("/.well-known/oauth-authorization-server").then(issuerOf, () => null)
  const own = auth?.settings.publicUrl ?? null
  const here = url.href.replace(/\/$/, "")
  const found: Array<Finding> = []
  if (told === null)
    found.push(unknown(about, "address-not-told", "The server does not tell which address it believes to have."))
  else if (told !== here)
    found.push(
      wrong({
        about,
        code: "other-address",
        what: plainText(`The server at ${here} believes that people reach it at ${told}.`),
        why: "Links in mails lead there, forms from here may be refused as forged, and programs refuse to log in.",
        mend: "Set LATCHKEY_PUBLIC_URL where the server runs to the address that people use."
      })
    )
  else found.push(fine(about, "address", `The server knows its address, ${here}.`))
  if (own !== null && told !== null && own.replace(/\/$/, "") !== told)
    found.push(
      doubtful({
        about,
        code: "other-configuration",
        what: plainText(`LATCHKEY_PUBLIC_URL is ${own} here, and ${told} where the server runs.`),
        why: "This command reads another configuration than the server, so what it says may be of another one, too.",
        mend: "Run it with the environment of the server."
      })
    )
  return found
}

const issuerOf = async (answer: Response): Promise<string | null> => {
  if (answer.status !== 200) return null
  const body: unknown = await answer.json().catch(() => null)
  const issuer = typeof body === "object" && body !== null && "issuer" in body ? body.issuer : null
  return typeof issuer === "string" ? issuer.replace(/\/$/, "") : null
}

/** Tries to log in as nobody, from an address that is forged, and looks in the trail which one the server has noted. */
const checkProxy = async (
  ask: Ask,
  url: URL,
  auth: Pick<Auth, "audit" | "settings"> | null,
  { version }: World
): Promise<ReadonlyArray<Finding>> => {
  if (auth === null) return []
  const { collectIp, collectUserAgent } = auth.settings.sessions
  if (!collectIp || !collectUserAgent)
    return [
      unknown(
        about,
        "addresses-not-kept",
        "Addresses or programs of visitors are not kept, so what the proxy passes on cannot be seen."
      )
    ]
  const mark = randomUUID()
  const answer = await ask("/auth/jwt/login", {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": `latchkey-admin/${version} doctor ${mark}`,
      "x-forwarded-for": FORGED
    },
    body: new URLSearchParams({ username: `doctor-${mark.slice(0, 8)}`, password: mark }).toString()
  }).catch(() => null)
  if (answer === null || (answer.status !== 400 && answer.status !== 429))
    return [
      unknown(
        about,
        "log-in-not-tried",
        `A log-in as nobody was answered ${answer?.status ?? "with nothing"}, so what the proxy passes on cannot be seen.`
      )
    ]
  const events = await auth.audit.list({ limit: 50, type: "login.refused" })
  const seen = events.find(({ event }) => event.userAgent?.includes(mark))
  if (seen === undefined)
    return [
      wrong({
        about,
        code: "other-store",
        what: "The server refused a log-in, and the trail of this store does not have it.",
        why: "This command works on another store than the server: what you change here changes nothing there.",
        mend: "Set LATCHKEY_STORE as it is where the server runs."
      })
    ]
  return judgeAddress(url, seen.event.ip)
}

const judgeAddress = (url: URL, ip: string | null): ReadonlyArray<Finding> => {
  if (ip === FORGED)
    return [
      wrong({
        about,
        code: "address-believed",
        what: "The server believed a forged X-Forwarded-For.",
        why: "Anybody can say that they are somebody else's address: limits do not hold, and the trail is wrong.",
        mend: "Let the proxy add the visitor's address to the header or replace it, and list in LATCHKEY_SESSIONS_TRUSTED_PROXIES only proxies that do."
      })
    ]
  if (ip !== null && isPrivateAddress(ip) && !isLoopback(url.hostname))
    return [
      doubtful({
        about,
        code: "address-of-proxy",
        what: `The server noted ${ip} as the address of this machine.`,
        why: "If that is your proxy, all visitors have its address: they share their limits, and the trail does not say who came.",
        mend: `List it in LATCHKEY_SESSIONS_TRUSTED_PROXIES, unless this machine is in the same network.`
      })
    ]
  return [
    fine(about, "proxy", `The server did not believe a forged address, and noted ${ip ?? "none"} for this machine.`)
  ]
}
