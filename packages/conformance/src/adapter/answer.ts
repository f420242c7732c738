/** An answer as it arrived. */
export interface WireAnswer {
  readonly status: number
  /** In their order, with names in lower case. A repeated header is repeated here. */
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

/** The value that an answer sets a cookie to; empty if it removes the cookie, null if it does not touch it. */
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

/** The headers that differ between equal answers: about time and transport. */
const TRAVEL = ["date", "connection", "keep-alive", "content-length", "transfer-encoding"]

/** The other headers of an answer, in order of name. */
export const meaningOf = ({ headers }: WireAnswer): ReadonlyArray<string> =>
  headers
    .filter(([name]) => !TRAVEL.includes(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
