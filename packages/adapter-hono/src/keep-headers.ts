import { headerMadeWith, mergedVary, securityHeadersOf } from "@latchkey/http"
import type { Context } from "hono"

/**
 * Makes an answer of Latchkey's the response, with its own security headers in the end (CSR-14). Hono gives headers that
 * middleware set before precedence, and middleware such as `secureHeaders` sets its own after `next()`. Everything reads the
 * response through `c.res`, Hono itself last of all, so our headers are set again at every reading. A host that drops our answer
 * with `c.res = undefined`, as Hono's own documentation does, answers itself from then on.
 *
 * The first reading finds the answer as it was made, so an application without such middleware pays nothing for this: Hono's own
 * reading is the first then.
 */
export const answerWith = (c: Context, answer: Response): void => {
  const own = securityHeadersOf(answer)
  const vary = headerMadeWith(answer, "Vary")
  c.res = answer
  const hono = Object.getPrototypeOf(c)
  let wasRead = false
  Object.defineProperty(c, "res", {
    configurable: true,
    get: (): Response => {
      const response: Response = Reflect.get(hono, "res", c)
      if (response === answer && !wasRead) {
        wasRead = true
        return response
      }
      for (const [name, value] of own) response.headers.set(name, value)
      response.headers.set("vary", mergedVary(response.headers.get("vary"), vary))
      return response
    },
    set: (response: Response | undefined) => {
      if (response === undefined) Reflect.deleteProperty(c, "res")
      Reflect.set(hono, "res", response, c)
    }
  })
}
