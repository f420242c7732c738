import { createHash } from "node:crypto"

/** A piece of Lua that Redis runs as one step, sent once to each server and from then on named by its hash. */
export interface Script {
  readonly source: string
  readonly sha: string
}

/** A script: shared functions first, then what it does itself. */
export const script = (...parts: ReadonlyArray<string>): Script => {
  const source = parts.join("\n")
  return { source, sha: createHash("sha1").update(source).digest("hex") }
}

/**
 * For scripts that end or limit something, as revocations do: they must work while the memory is full. Redis refuses a script
 * for that only at its first write, and not when that is one which can need no memory, such as this.
 */
export const althoughMemoryIsFullLua = `
local function although_memory_is_full(key)
  redis.call('PERSIST', key)
end
`

/** For scripts that compare instants, which stay the text they are. */
export const instantsLua = `
local function earlier(a, b)
  return tonumber(a) < tonumber(b) and a or b
end

local function later(a, b)
  return tonumber(a) < tonumber(b) and b or a
end
`
