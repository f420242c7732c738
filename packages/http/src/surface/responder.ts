import { renderPage } from "../page/render.ts"
import { type AnswerKind, securityHeaders } from "../request/security-headers.ts"
import type { Answer, Reply } from "./answer.ts"
import { challengeFor } from "./challenge.ts"
import type { Head } from "./head.ts"
import { type Problem, problemBody, statusTitles } from "./problem.ts"
import type { Toolkit } from "./surface-context.ts"

/** Turns what handlers answer, and what goes wrong, into responses with the headers that all of them share. */
export interface Responder {
  readonly answer: (reply: Reply) => Response
  /** A problem as JSON for programs, as a page for people. */
  readonly problem: (problem: Problem, head: Head, cookies?: ReadonlyArray<string>) => Response
}

/** Plain sentences for people, by status. */
const explanations: Readonly<Record<number, string>> = {
  400: "The request was not understood. Go back, and try again.",
  401: "You are not logged in.",
  403: "You may not do this. If you came from another site, open this one directly and try again.",
  404: "There is nothing at this address.",
  405: "This address does not take this kind of request.",
  409: "Something changed meanwhile. Go back, and try again.",
  413: "What was sent is too large.",
  415: "What was sent is in a form that is not taken here.",
  422: "Something in the form was not right. Go back, and check it.",
  429: "There were too many attempts. Wait a little, and try again.",
  500: "Something went wrong on our side.",
  503: "This is not available just now. Try again in a moment."
}

export const makeResponder = (tools: Toolkit): Responder => {
  const common = securityHeaders(tools.publicUrl, tools.settings.requests)
  const removal = tools.caller.sessionCookie.clear()

  /** Without cookies a plain record, which servers copy in less time than Headers: most refusals are such. */
  const headers = (
    kind: AnswerKind,
    cookies: ReadonlyArray<string>,
    more: Readonly<Record<string, string>> = {}
  ): Headers | Record<string, string> => {
    const dev: Readonly<Record<string, string>> = tools.settings.unsafeDevMode ? { "X-Latchkey-Unsafe": "dev" } : {}
    const record = { ...common[kind], ...more, ...dev }
    if (cookies.length === 0) return record
    const made = new Headers(record)
    for (const cookie of cookies) made.append("Set-Cookie", cookie)
    // Chromium keeps the first page behind a log-in for its back button, `no-store` or not, unless told to forget (COO-09).
    if (cookies.includes(removal)) made.set("Clear-Site-Data", '"cache"')
    return made
  }

  const answer = (result: Answer, cookies: ReadonlyArray<string>): Response => {
    switch (result._tag) {
      case "Json": {
        const type = { "Content-Type": "application/json; charset=utf-8" }
        return new Response(JSON.stringify(result.body), {
          status: result.status,
          headers: headers("data", cookies, type)
        })
      }
      case "Page":
        return new Response(renderPage(result.markup), { status: result.status, headers: headers("page", cookies) })
      case "Redirect":
        return new Response(null, { status: 303, headers: headers("data", cookies, { Location: result.to }) })
      case "Empty":
        return new Response(null, { status: 204, headers: headers("data", cookies) })
      case "File": {
        const cache = result.isImmutable ? { "Cache-Control": "public, max-age=31536000, immutable" } : {}
        const made = headers("data", cookies, { "Content-Type": result.contentType, ...cache })
        return new Response(result.body, { status: 200, headers: made })
      }
    }
  }

  const problem: Responder["problem"] = (what, head, cookies = []) => {
    const challenge = what.status === 401 ? { "WWW-Authenticate": challengeFor(head, tools.settings.mode) } : {}
    const more = { ...challenge, ...what.headers }
    if (tools.caller.wantsPage(head)) {
      const view = {
        site: tools.site,
        navigation: [],
        title: statusTitles[what.status] ?? "Error",
        text: explanations[what.status] ?? "Something went wrong.",
        status: what.status,
        link: tools.site.home === null ? null : { label: `Go to ${tools.site.name}`, href: tools.site.home }
      }
      const made = headers("page", cookies, more)
      return new Response(renderPage(tools.pages.message(view)), { status: what.status, headers: made })
    }
    const made = headers("data", cookies, { ...more, "Content-Type": "application/problem+json; charset=utf-8" })
    return new Response(JSON.stringify(problemBody(what)), { status: what.status, headers: made })
  }

  return { answer: (reply) => answer(reply.answer, reply.cookies), problem }
}
