import { spawn } from "node:child_process"

export interface Outcome {
  readonly code: number | null
  /** Standard output and error as they came. */
  readonly output: string
}

interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Runs a real client. Its home is `cwd`, so that nothing of this machine's own settings and passwords is in play. */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, env = {}, input }: RunOptions
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const own = { PATH: process.env.PATH ?? "", HOME: cwd, XDG_CONFIG_HOME: cwd, LANG: "C.UTF-8", NO_COLOR: "1" }
    const child = spawn(command, args, { cwd, env: { ...own, ...env }, timeout: 90_000 })
    let output = ""
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, output }))
    child.stdin.on("error", () => {}).end(input ?? "")
  })
