import { createHash } from "node:crypto"

/** A piece of Lua that Redis runs as one step. It is sent once to each server and afterwards called by its hash. */
export interface Script {
  readonly source: string
  readonly sha: string
}

/** A script: the shared functions first, then its own code. */
export const script = (...parts: ReadonlyArray<string>): Script => {
  const source = parts.join("\n")
  return { source, sha: createHash("sha1").update(source).digest("hex") }
}

/**
 * For scripts that end or limit something, as revocations do: they must work while the memory is full. Redis refuses a script
 * for that only at its first write, and not if that write cannot need memory, as this one. The key must be one without a time to
 * live, which would be lost.
 */
export const althoughMemoryIsFullLua = `
local function although_memory_is_full(key)
  redis.call('PERSIST', key)
end
`

/** For scripts that compare instants, which stay text. */
export const instantsLua = `
local function earlier(a, b)
  return tonumber(a) < tonumber(b) and a or b
end

local function later(a, b)
  return tonumber(a) < tonumber(b) and b or a
end
`
