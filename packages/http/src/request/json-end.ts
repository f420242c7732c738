/** RFC 8259 §7: any character but quotes, backslashes and controls, or an escape. */
const STRING = String.raw`"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"`
/** RFC 8259 §6. */
const NUMBER = String.raw`-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`
/** One token with the white space before it, or the end of the text. */
const TOKEN = new RegExp(String.raw`[ \t\n\r]*(?:${STRING}|${NUMBER}|true|false|null|[[\]{},:]|$)`, "y")

/** What may come next: a value, a name or a sign; `first` allows an empty list or object to end. */
type Expected = "value" | "first value" | "first name" | "name" | "colon" | "separator" | "nothing"

/**
 * Where a text that is not JSON ends to be the beginning of JSON: the offset of the first token that cannot be there, or that is
 * none. `JSON.parse` only says so in prose, which differs between runtimes and repeats the text.
 */
export const endOfJson = (text: string): number => {
  const open: Array<"{" | "["> = []
  let expected: Expected = "value"
  let at = 0
  while (true) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)?.[0]
    const start = at + blanksAt(text, at)
    const next: Expected | null = found === undefined ? null : afterToken(expected, text.charAt(start), open)
    if (next === null || start === text.length) return start
    expected = next
    at += found?.length ?? 0
  }
}

const blanksAt = (text: string, at: number): number => {
  let end = at
  while (" \t\n\r".includes(text.charAt(end)) && end < text.length) end++
  return end - at
}

/** What may come after a token that begins with this character; null when it cannot be here. */
const afterToken = (expected: Expected, first: string, open: Array<"{" | "[">): Expected | null => {
  const isInside = () => (open.length === 0 ? "nothing" : "separator")
  const close = (sign: "{" | "["): Expected | null => (open.pop() === sign ? isInside() : null)
  const mayClose = expected === "separator" || expected.startsWith("first")
  switch (first) {
    case "}":
      return mayClose && expected !== "first value" ? close("{") : null
    case "]":
      return mayClose && expected !== "first name" ? close("[") : null
    case ",":
      if (expected !== "separator") return null
      return open.at(-1) === "{" ? "name" : "value"
    case ":":
      return expected === "colon" ? "value" : null
  }
  if (first === '"' && (expected === "name" || expected === "first name")) return "colon"
  if (expected !== "value" && expected !== "first value") return null
  if (first !== "{" && first !== "[") return isInside()
  open.push(first)
  return first === "{" ? "first name" : "first value"
}
