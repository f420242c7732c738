/**
 * Whether an object in a JSON text, at any depth, has a key twice. `JSON.parse` keeps the last one, and other readers the first: a token
 * with both would mean two things (JWT-06). The text must have been parsed before; only its strings and brackets are looked at.
 */
export const hasRepeatedKey = (json: string): boolean => {
  /** The keys of each open object; null for an array. */
  const open: Array<Set<string> | null> = []
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === "{") open.push(new Set())
    else if (character === "[") open.push(null)
    else if (character === "}" || character === "]") open.pop()
    else if (character === '"') {
      const end = endOfString(json, at)
      const keys = open.at(-1) ?? null
      if (keys !== null && isKey(json, end)) {
        const key: string = JSON.parse(json.slice(at, end)) // two spellings may be one key
        if (keys.has(key)) return true
        keys.add(key)
      }
      at = end - 1
    }
  }
  return false
}

/** Behind the closing quote. */
const endOfString = (json: string, start: number): number => {
  let at = start + 1
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1
  return at + 1
}

const isKey = (json: string, end: number): boolean => {
  let at = end
  while (" \t\n\r".includes(json[at] ?? "x")) at++
  return json[at] === ":"
}
