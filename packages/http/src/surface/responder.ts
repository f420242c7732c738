import { MessagePage } from "../page/message.tsx"
import { type AnswerHeaders, type AnswerKind, madeFrom } from "../request/security-headers.ts"
import type { Answer, Reply } from "./answer.ts"
import { challengeFor } from "./challenge.ts"
import type { Asker } from "./gate.ts"
import type { Head } from "./head.ts"
import { messageFor } from "./message-for.ts"
import { type Problem, problemBody } from "./problem.ts"
import { renderPage } from "./render.ts"
import type { RefusalForm } from "./route.ts"
import type { SurfaceContext } from "./surface-context.ts"

/** Turns answers and failures of handlers into responses with the headers that all of them share. */
export interface Responder {
  readonly answer: (reply: Reply) => Response
  /** A problem as JSON for programs. */
  readonly problem: (problem: Problem, head: Head, cookies?: ReadonlyArray<string>) => Response
  /** A problem as a page for people, with the menu of whoever asked. Throws if the host's own page does. */
  readonly problemPage: (problem: Problem, head: Head, asker: Asker, cookies?: ReadonlyArray<string>) => Response
  /** A problem as a standard has it. */
  readonly inForm: (problem: Problem, form: RefusalForm) => Response
  /** A problem as JSON, whoever asks. */
  readonly refusal: (problem: Problem) => Response
}

export const makeResponder = (context: SurfaceContext, common: AnswerHeaders): Responder => {
  const { caller, draw, settings } = context
  const removals = [caller.sessionCookie.clear(), caller.adminCookie.clear()]

  /** Without cookies a plain record, which servers copy faster than Headers. Most refusals are without cookies. */
  const headers = (
    kind: AnswerKind,
    cookies: ReadonlyArray<string>,
    more: Readonly<Record<string, string>> = {}
  ): Headers | Record<string, string> => {
    const dev: Readonly<Record<string, string>> = settings.unsafeDevMode ? { "X-Latchkey-Unsafe": "dev" } : {}
    const record = { ...common[kind], ...more, ...dev }
    if (cookies.length === 0) return record
    const made = new Headers(record)
    for (const cookie of cookies) made.append("Set-Cookie", cookie)
    // Chromium keeps the first page after a log-in for its back button, even with `no-store`, unless this header clears it (COO-09).
    if (removals.some((removal) => cookies.includes(removal))) made.set("Clear-Site-Data", '"cache"')
    return made
  }

  const answer = (result: Answer, cookies: ReadonlyArray<string>): Response => {
    switch (result._tag) {
      case "Json": {
        const more = { ...result.headers, "Content-Type": "application/json; charset=utf-8" }
        return new Response(JSON.stringify(result.body), {
          status: result.status,
          headers: headers("data", cookies, more)
        })
      }
      case "Page":
        return new Response(renderPage(result.markup), {
          status: result.status,
          headers: headers("page", cookies, result.headers)
        })
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

  /** The headers that only refusals have. */
  const moreFor = (what: Problem, head: Head): Readonly<Record<string, string>> =>
    what.status === 401
      ? { "WWW-Authenticate": challengeFor(head, settings.mode), ...what.headers }
      : (what.headers ?? {})

  const problemPage: Responder["problemPage"] = (what, head, asker, cookies = []) => {
    const view = messageFor(what, head, asker, context)
    const made = headers("page", cookies, moreFor(what, head))
    return new Response(renderPage(draw(MessagePage, view)), { status: what.status, headers: made })
  }

  const problem: Responder["problem"] = (what, head, cookies = []) =>
    refusal(what.status === 401 ? { ...what, headers: moreFor(what, head) } : what, cookies)

  const refusal = (what: Problem, cookies: ReadonlyArray<string> = []): Response => {
    const made = headers("data", cookies, {
      ...what.headers,
      "Content-Type": "application/problem+json; charset=utf-8"
    })
    const response = new Response(JSON.stringify(problemBody(what)), { status: what.status, headers: made })
    return made instanceof Headers ? response : madeFrom(response, made)
  }

  const inForm: Responder["inForm"] = (what, { of }) => {
    const { status, body } = of(what)
    return answer({ _tag: "Json", status, body, headers: what.headers ?? {} }, [])
  }

  return { inForm, answer: (reply) => answer(reply.answer, reply.cookies), problem, problemPage, refusal }
}
