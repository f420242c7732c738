import { isLink } from "./link.ts"
import { type Problem, statusTitles } from "./problem.ts"
import { plainProblem } from "./problems.ts"

/** A refusal of the host's own, which is answered as ours are. Only the status is needed. */
export interface HostProblem {
  /** From 400 to 599. */
  readonly status: number
  /** The word for programs, such as `not-yours`. Default: the one for the status, such as `not-found`. */
  readonly code?: string
  /** One sentence about what went wrong. Default: the name of the status. */
  readonly detail?: string
  /** A short name of the problem, which is the page's heading. Default: the name of the status. */
  readonly title?: string
  /** What the page says. Default: `detail`, or else our own sentence for the code or the status. */
  readonly text?: string
  /** Where the page leads. Default: the next step for the code or the status, such as the home page. */
  readonly link?: { readonly label: string; readonly href: string }
  /** In how many seconds to try again, for a 429 or 503. */
  readonly retryAfter?: number
}

/** The problem that a host described. Throws if it cannot be one, and says what to change. */
export const problemOfHost = ({ status, code, detail, title, text, link, retryAfter }: HostProblem): Problem => {
  if (!Number.isInteger(status) || status < 400 || status > 599)
    throw refused("status", status, "a whole number from 400 to 599")
  if (code !== undefined && !CODE.test(code)) throw refused("code", code, 'lower-case words, such as "not-yours"')
  if (link !== undefined && !isLink(link.href))
    throw refused("link.href", link.href, 'a path such as "/help" or a web address')
  if (retryAfter !== undefined && !(Number.isSafeInteger(retryAfter) && retryAfter > 0))
    throw refused("retryAfter", retryAfter, "a whole number of seconds above zero")
  const shown = text ?? detail
  return {
    status,
    code: code ?? codeFor(status),
    detail: detail ?? statusTitles[status] ?? "Error",
    ...(title === undefined ? {} : { title }),
    ...(shown === undefined ? {} : { text: shown }),
    ...(link === undefined ? {} : { link }),
    ...(retryAfter === undefined ? {} : { headers: { "Retry-After": String(retryAfter) } })
  }
}

const CODE = /^[a-z]+(?:-[a-z]+)*$/

const refused = (name: string, given: unknown, wanted: string): Error =>
  new Error(`The ${name} of a problem is ${JSON.stringify(given)}. It must be ${wanted}.`)

/** Our own code where we have one, or else the words of the status. */
const codeFor = (status: number): string => {
  if (status === 500) return plainProblem.internal.code
  if (status === 503) return "unavailable"
  return (statusTitles[status] ?? "Error").toLowerCase().replaceAll(" ", "-")
}
