import { join } from "node:path"
import type { World } from "../src/command/world.ts"
import { Aborted } from "../src/server/server-errors.ts"
import { tokenFile } from "../src/tokens/token-file.ts"
import { type TestClock, testClock } from "./test-clock.ts"

export interface TestWorld extends World {
  readonly clock: TestClock
  readonly opened: ReadonlyArray<string>
  /** What has been written since the last call. */
  readonly written: () => { readonly out: string; readonly err: string }
}

/** What is around the command, without a terminal. With `answers`, a person sits at one and types them. */
export const testWorld = (folder: string, more: Partial<World> & { answers?: string[] } = {}): TestWorld => {
  const { answers, ...rest } = more
  let out = ""
  let err = ""
  const opened: string[] = []
  return {
    env: {},
    hostname: "workbench",
    version: "1.2.3",
    tokens: tokenFile({ app: "latchkey", path: join(folder, "tokens.json") }),
    fetch: globalThis.fetch,
    browser: async (url) => void opened.push(url),
    signal: new AbortController().signal,
    ...rest,
    clock: testClock(),
    opened,
    screen: {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      isTerminal: answers !== undefined,
      ask: async (question) => {
        err += question
        const answer = answers?.shift()
        if (answer === undefined) throw new Aborted()
        err += `${answer}\n`
        return answer
      }
    },
    written: () => {
      const written = { out, err }
      out = err = ""
      return written
    }
  }
}
