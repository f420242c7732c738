import type { Markup } from "./view.ts"

/** Prints a page as a whole HTML document, with a doctype if it has none. Everything dynamic in it has been escaped (HTM-01). */
export const renderPage = (page: Markup): string => {
  const html: unknown = page instanceof Promise ? page : page.toString()
  if (typeof html !== "string") {
    throw new Error(
      "A page is asynchronous, but pages must be plain functions. Load the data before, and pass it in the view."
    )
  }
  return /^\s*<!doctype\b/i.test(html) ? html : `<!doctype html>${html}`
}
