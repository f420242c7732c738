import { spawn, spawnSync } from "node:child_process"

export interface Outcome {
  readonly code: number | null
  /** Standard output and error as they came. */
  readonly output: string
}

interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Called with all output so far, whenever there is more. */
  readonly onOutput?: (output: string) => void
}

/** Runs a real client. Its home is `cwd`, so that nothing of this machine's own settings and passwords is in play. */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, env = {}, input, onOutput }: RunOptions
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const own = { PATH: process.env.PATH ?? "", HOME: cwd, XDG_CONFIG_HOME: cwd, LANG: "C.UTF-8", NO_COLOR: "1" }
    const child = spawn(command, args, { cwd, env: { ...own, ...env }, timeout: 90_000 })
    let output = ""
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        output += text
        onOutput?.(output)
      })
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, output }))
    child.stdin.on("error", () => {}).end(input ?? "")
  })

/** A program of util-linux that gives another one a terminal. Those of other systems take other options. */
const TERMINAL = "script"
export const hasTerminal = process.platform === "linux" && spawnSync(TERMINAL, ["--version"]).status === 0
if (!hasTerminal) console.warn("\nNO `script` of util-linux: tests that need a terminal are SKIPPED.\n")

/** Runs a client as a person does: in a terminal, at which it may ask something. Nobody answers. */
export const runInTerminal = (command: string, args: ReadonlyArray<string>, options: RunOptions): Promise<Outcome> => {
  const line = [command, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")
  return run(TERMINAL, ["-qfec", line, "/dev/null"], { ...options, env: { TERM: "dumb", ...options.env } })
}
