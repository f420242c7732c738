import type { Markup } from "../page/view.ts"
import { HostMistake } from "../request/host-mistake.ts"

/** Prints a page as a whole HTML document, with a doctype if it has none. Everything dynamic in it has been escaped (HTM-01). */
export const renderPage = (page: Markup): string => {
  const html: unknown = hasText(page) ? page.toString() : page
  if (typeof html !== "string") throw new HostMistake(mendFor(html))
  return /^\s*<!doctype\b/i.test(html) ? html : `<!doctype html>${html}`
}

/** Whether a page is more than a plain object: it may be of JavaScript that forgets to return, or of the JSX of another library. */
const hasText = (page: unknown): page is Markup =>
  typeof page === "object" && page !== null && !Array.isArray(page) && page.toString !== Object.prototype.toString

const mendFor = (page: unknown): string => {
  if (page instanceof Promise)
    return "A page is asynchronous, but pages must be plain functions. Load the data before, and pass it in the view."
  const kind = Array.isArray(page) ? "an array" : typeof page === "object" && page !== null ? "an object" : page
  return `A page returned ${kind}. It must return the text of html, a string, or JSX of hono/jsx.`
}
