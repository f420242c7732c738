import { ada, cookieSetBy, headerOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { expect } from "vitest"
import { openSite, type Site } from "./site.ts"

export const NEW_PASSWORD = "nine slow otters by the weir"

/** A site on which ada has registered. */
export const withAda = async (
  ...options: Parameters<typeof openSite>
): Promise<Site & { readonly id: Awaited<ReturnType<Site["auth"]["users"]["register"]>>["id"] }> => {
  const site = await openSite(...options)
  const { id } = await site.auth.users.register(ada)
  return { ...site, id }
}

export const bodyOf = (answer: WireAnswer) => JSON.parse(answer.body)

export const leadsTo = (answer: WireAnswer) => [answer.status, headerOf(answer, "location")]

/** The text of a page, without its markup. */
export const textOf = ({ body }: WireAnswer): string => body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ")

/** The value of a field of a page's form. */
export const typedIn = ({ body }: WireAnswer, name: string): string | undefined =>
  new RegExp(`<input[^>]* name="${name}"[^>]* value="([^"]*)"`).exec(body)?.[1]

/** The headers of a browser that keeps the session which an answer opened. */
export const session = (answer: WireAnswer) => ({
  cookie: `latchkey_session=${cookieSetBy(answer, "latchkey_session")}`,
  "sec-fetch-site": "same-origin"
})

/** A problem's status and detail, for comparing. */
export const refusal = (answer: WireAnswer) => [answer.status, bodyOf(answer).detail]

export const missing = (...names: ReadonlyArray<string>) =>
  names.map((name) => ({ type: "missing", loc: ["body", name], msg: "Field required" }))

export const valueError = (name: string) => [{ type: "value_error", loc: ["body", name], msg: expect.any(String) }]

export const stringType = (name: string) => [
  { type: "string_type", loc: ["body", name], msg: "Input should be a valid string" }
]
