/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  /** In the order they came, names in lower case; a header that came twice stands here twice. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** Every value of a header, one for each line. */
export const valuesOf = ({ headers }: WireAnswer, name: string): ReadonlyArray<string> =>
  headers.filter(([each]) => each === name).map(([, value]) => value)

/** A header's value, several lines joined by commas; null when it is absent. */
export const headerOf = (answer: WireAnswer, name: string): string | null => {
  const values = valuesOf(answer, name)
  return values.length === 0 ? null : values.join(", ")
}

/** The value that an answer sets a cookie to; empty when it removes the cookie, null when it leaves it alone. */
export const cookieSetBy = (answer: WireAnswer, name: string): string | null => {
  const line = valuesOf(answer, "set-cookie").find((each) => each.startsWith(`${name}=`))
  return line === undefined ? null : (line.slice(name.length + 1).split(";", 1)[0] ?? "")
}

/** A web response as an answer; its body is read. */
export const answerOf = async (response: Response): Promise<WireAnswer> => ({
  status: response.status,
  headers: [...response.headers],
  body: await response.text()
})

/** What differs between two answers that say the same: the moment, and how the bytes travel. */
const TRAVEL = ["date", "connection", "keep-alive", "content-length", "transfer-encoding"]

/** The headers of an answer that say something, in order of name. */
export const meaningOf = ({ headers }: WireAnswer): ReadonlyArray<string> =>
  headers
    .filter(([name]) => !TRAVEL.includes(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
