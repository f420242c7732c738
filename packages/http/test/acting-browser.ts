import { cookieSetBy, navigation, type WireAnswer } from "@latchkey/conformance/adapter"
import { openAdminSite } from "./admin-site.ts"
import { bodyOf } from "./answers.ts"

export const STOP = "/admin/impersonation/stop"

/** A browser that keeps cookies, of which an answer may set or remove some. */
const browserWith = (cookies: Readonly<Record<string, string>>) => {
  const jar = new Map(Object.entries(cookies))
  return {
    jar,
    keep: (answer: WireAnswer) => {
      for (const name of ["latchkey_session", "latchkey_session_admin", "latchkey_session_device"]) {
        const value = cookieSetBy(answer, name)
        if (value === "") jar.delete(name)
        else if (value !== null) jar.set(name, value)
      }
      return answer
    },
    headers: () => ({
      ...navigation,
      "sec-fetch-site": "same-origin",
      cookie: Array.from(jar, (pair) => pair.join("=")).join("; ")
    })
  }
}

/** An administrator whose browser is at hand, before they act as grace. */
export const withBrowser = async (...options: Parameters<typeof openAdminSite>) => {
  const site = await openAdminSite(...options)
  const secret = /latchkey_session=([^;]+)/.exec(site.headers.cookie ?? "")?.[1] ?? ""
  const browser = browserWith({ latchkey_session: secret })
  const read = async (target: string) => browser.keep(await site.ask({ target, headers: browser.headers() }))
  const post = async (target: string, form: Readonly<Record<string, string>> = {}) =>
    browser.keep(await site.ask({ method: "POST", target, form, headers: browser.headers() }))
  const begin = (reason = "Ticket 481") => post(`/admin/users/${site.grace.id}/impersonate`, { reason })
  const me = async () => bodyOf(await site.ask({ target: "/users/me", headers: { cookie: browser.headers().cookie } }))
  return { ...site, browser, secret, read, post, begin, me }
}
