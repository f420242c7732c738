import { Store } from "@latchkey/core/store"
import { emptyTables, memoryStoreOver, type Tables } from "@latchkey/core/testing"
import * as Layer from "effect/Layer"
import { runCommand } from "../src/command/command.ts"
import { Aborted } from "../src/command/exit-codes.ts"
import type { World } from "../src/command/world.ts"

export interface TestWorld extends World {
  readonly tables: Tables
  /** Runs the command with these arguments: its exit code, and what it wrote. */
  readonly run: (...args: ReadonlyArray<string>) => Promise<Ran>
  /** What Ctrl-C does. */
  readonly interrupt: () => void
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Both, in their order: what a person sees. */
  readonly seen: string
}

/** Hashes that cost next to nothing, within the bounds. */
const cheap = {
  LATCHKEY_PASSWORDS_ARGON2_MEMORY: "19456",
  LATCHKEY_PASSWORDS_ARGON2_PASSES: "2"
}

interface Around extends Partial<Omit<World, "screen" | "input">> {
  readonly tables?: Tables
  /** A person sits at a terminal and types these. */
  readonly answers?: ReadonlyArray<string>
  readonly input?: ReadonlyArray<string> | World["input"]
  readonly columns?: number | null
}

/** What is around the command: a store in memory that stays from one run to the next, and no terminal. */
export const testWorld = (around: Around = {}): TestWorld => {
  const { tables = emptyTables(), answers, input = [], columns = null, env = {}, ...rest } = around
  const typed = [...(answers ?? [])]
  let [out, err, seen] = ["", "", ""]
  const say = (text: string) => {
    err += text
    seen += text
  }
  const stopped = new AbortController()
  const ask = async (question: string, shown: boolean) => {
    say(question)
    const answer = typed.shift()
    if (answer === undefined) throw new Aborted()
    say(shown ? `${answer}\n` : "\n")
    return answer
  }
  const world: World = {
    version: "1.2.3",
    signal: stopped.signal,
    input: "length" in input ? toInput(input) : input,
    storeOf: async (name) => ({
      name,
      layer: Layer.sync(Store, () => memoryStoreOver(tables)),
      files: [],
      servers: []
    }),
    fetch: async () => {
      throw new TypeError("fetch failed")
    },
    ...rest,
    env: { LATCHKEY_STORE: "memory", LATCHKEY_PUBLIC_URL: "http://localhost:3000", ...cheap, ...env },
    screen: {
      out: async (text) => {
        out += text
        seen += text
      },
      err: say,
      isTerminal: answers !== undefined,
      columns,
      ask: (question) => ask(question, true),
      askSecret: (question) => ask(question, false)
    }
  }
  return {
    ...world,
    tables,
    interrupt: () => stopped.abort(),
    run: async (...args) => {
      ;[out, err, seen] = ["", "", ""]
      const code = await runCommand(args, world)
      return { code, out, err, seen }
    }
  }
}

const toInput = async function* (chunks: ReadonlyArray<string>) {
  yield* chunks
}

/** The objects of an answer with --json. */
export const objectsOf = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

/** Whether a text would command a terminal, or turn the direction of what follows it. */
export const commands = (text: string): boolean => /[\p{Cc}\p{Cf}]/u.test(text.replaceAll("\n", ""))
