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
