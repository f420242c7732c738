import type { Account } from "../account/who-am-i.ts"
import type { Screen, World } from "./world.ts"

/** Bold text on a terminal that has colours and wants them (https://no-color.org). */
export const bold = ({ env, screen }: Pick<World, "env" | "screen">, text: string): string =>
  screen.isTerminal && !env.NO_COLOR && env.TERM !== "dumb" ? `\u001b[1m${text}\u001b[22m` : text

/** The screen for a line that is drawn over and over: a terminal that says it is dumb, as in an editor, cannot do that. */
export const lineScreen = ({ env, screen }: Pick<World, "env" | "screen">): Screen =>
  env.TERM === "dumb" ? { ...screen, isTerminal: false } : screen

export const nameOf = ({ username, email, id }: Account): string => username ?? email ?? id

/** When a token ends. Where nothing before speaks of it, the subject is "The token". */
export const endOf = (expiresAt: Date | null, subject: "It" | "The token" = "It"): string =>
  expiresAt === null ? `${subject} does not end by itself.` : `${subject} ends on ${dayAndTime(expiresAt)}.`

/**
 * An error of the parser without what may be a secret, such as an address with a password: the parser repeats what it cannot place. A flag is
 * shown without its value, and of anything else a plain word only. What is shorter is no secret.
 */
export const withoutValues = (text: string, args: ReadonlyArray<string>): string =>
  args
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .sort((one, other) => other.length - one.length) // a longer one may have a shorter one in it
    .reduce(
      (shown, arg) => shown.replaceAll(arg, /^(?:--[a-z][a-z-]*|-[a-z]|[a-z][a-z-]*$)/i.exec(arg)?.[0] ?? "…"),
      text
    )

const SHORTEST_SECRET = 4

/** What is told of a failure. */
export const failureOf = (error: unknown): { readonly name: string; readonly message: string } =>
  error instanceof Error ? error : { name: "Error", message: String(error) }

export const dayAndTime = (date: Date): string => `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`

/** One object a line, so that a program can read each as soon as it is there. */
export const jsonLine = (value: object): string => `${JSON.stringify(value)}\n`
