import { StringDecoder } from "node:string_decoder"
import { Aborted, usage } from "./exit-codes.ts"
import type { World } from "./world.ts"

/** Asks before something that cannot be undone. Where nobody can be asked, only `--yes` will do. */
export const mustBeWanted = async (
  question: string,
  isWanted: (answer: string) => boolean,
  { yes = false }: { readonly yes?: boolean },
  { screen, signal }: World
): Promise<void> => {
  if (yes) return
  if (!screen.isTerminal) throw usage("There is nobody to ask: add --yes.")
  if (!isWanted((await screen.ask(question, signal)).trim())) throw new Aborted("nothing was changed")
}

export const isYes = (answer: string): boolean => /^y(?:es)?$/i.test(answer)

export interface PasswordOptions {
  readonly passwordStdin?: boolean
}

/** Longer than any password that is taken. */
const LONGEST_INPUT = 4_096

/** How often somebody may mistype the repetition. */
const TRIES = 3

/** A new password: typed twice without being seen, or the first line of standard input. Never an argument, which others can read (OPR-01). */
export const askNewPassword = async ({ passwordStdin = false }: PasswordOptions, world: World): Promise<string> => {
  const { screen, signal, input } = world
  if (passwordStdin) return firstLine(input)
  if (!screen.isTerminal)
    throw usage("There is nobody to ask for a password: send it to standard input and add --password-stdin.")
  for (let tries = 0; tries < TRIES; tries++) {
    const password = await screen.askSecret("New password: ", signal)
    if (password === (await screen.askSecret("The same again: ", signal))) return password
    screen.err("The two are not the same.\n")
  }
  throw new Aborted("the two passwords were not the same, so nothing was changed")
}

const firstLine = async (input: World["input"]): Promise<string> => {
  const decoder = new StringDecoder("utf8")
  let text = ""
  for await (const chunk of input) {
    text += typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk))
    if (text.includes("\n") || text.length > LONGEST_INPUT) break
  }
  const [line = ""] = text.split(/\r?\n/)
  if (line === "") throw usage("Standard input is empty: send the password, in one line.")
  return line
}
