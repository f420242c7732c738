import { revokeToken } from "../account/revoke-token.ts"
import { type Account, whoAmI } from "../account/who-am-i.ts"
import { type Login, logIn } from "../login/log-in.ts"
import { codeText } from "../login/shown-code.ts"
import { numberText } from "../login/terminal.ts"
import { plainText } from "../server/plain-text.ts"
import { NotAnAuthorizationServer } from "../server/server-errors.ts"
import { checkPrivateFile } from "../tokens/private-file.ts"
import { TokenRejected } from "../tokens/token-errors.ts"
import type { SavedToken } from "../tokens/token-list.ts"
import { chooseServer, type ServerOptions } from "./choose-server.ts"
import { connection } from "./connection.ts"
import { startCountdown } from "./countdown.ts"
import { alreadyText, codeEvent, doneText, loginEvent } from "./login-words.ts"
import { bold, jsonLine, lineScreen } from "./words.ts"
import type { World } from "./world.ts"

export interface LoginOptions extends ServerOptions {
  readonly scope?: ReadonlyArray<string>
  readonly name?: string
  readonly browser: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** `latchkey login` */
export const login = async (options: LoginOptions, world: World): Promise<void> => {
  const { screen, tokens } = world
  const server = await chooseServer(options, world)
  const before = await tokens.get(server) // a broken file is told before anybody is asked
  const scopes = options.scope ?? []
  if (before !== null && !options.force && scopes.every((scope) => before.scopes.includes(scope))) {
    const account = await ownerOf(before, options, world)
    if (account !== "rejected") {
      if (options.json) screen.out(jsonLine(loginEvent("already_logged_in", before, account)))
      else screen.err(alreadyText(before, account))
      return
    }
  }
  await checkPrivateFile(tokens.path) // or somebody would approve a token that cannot be kept
  const done = await logInHere(server, scopes, options, world)
  const replaced = await keep(done, options, world)
  if (replaced !== null && replaced.token !== done.token) await revokeQuietly(replaced, options, world)
  const account = await ownerOf(done, options, world).catch(() => null)
  const owner = account === "rejected" ? null : account
  if (options.json) screen.out(jsonLine(loginEvent("logged_in", done, owner)))
  else screen.err(doneText(done, owner))
}

const logInHere = async (server: string, scopes: ReadonlyArray<string>, options: LoginOptions, world: World) => {
  const { screen, clock, browser } = world
  let countdown = { stop: () => {} }
  let wait = () => {}
  try {
    return await logIn({
      ...connection(options, world),
      server,
      scopes,
      client: options.name ?? plainText(`latchkey on ${world.hostname}`, 100),
      openBrowser: (options.browser && browser) || false,
      clock,
      onCode: (shown) => {
        if (options.json) screen.out(jsonLine(codeEvent(server, shown)))
        screen.err(codeText(shown, (text) => bold(world, text)))
        wait = () => {
          countdown.stop()
          countdown = startCountdown(lineScreen(world), clock, shown.expiresAt)
        }
        wait()
      },
      onRetry: ({ reason, wait: milliseconds }) => {
        countdown.stop()
        screen.err(
          `The server cannot be reached (${reason}). Next attempt in ${Math.ceil(milliseconds / 1000)} seconds.\n`
        )
        wait()
      },
      // Where nobody can type, the server is not told that the program can ask.
      onConfirm: screen.isTerminal
        ? async (question) => {
            countdown.stop()
            return screen.ask(numberText(question), question.signal)
          }
        : false
    })
  } finally {
    countdown.stop()
  }
}

/**
 * A token that cannot be kept would be valid and lost, so it is revoked. Resolves with the token that it replaces: another
 * terminal may have logged in while this one waited.
 */
const keep = async (done: Login, options: LoginOptions, world: World): Promise<SavedToken | null> => {
  try {
    return await world.tokens.set(done)
  } catch (error) {
    await revokeQuietly(done, options, world)
    throw error
  }
}

/** Where this fails, the token ends by itself, or its owner ends it in the browser. */
const revokeQuietly = async ({ server, token }: Pick<Login, "server" | "token">, options: LoginOptions, world: World) =>
  revokeToken({ ...connection(options, world), server, token }).catch(() => undefined)

/** Null on a server that cannot tell. */
const ownerOf = async (
  { server, token }: Pick<Login, "server" | "token">,
  options: LoginOptions,
  world: World
): Promise<Account | null | "rejected"> => {
  try {
    return await whoAmI({ ...connection(options, world), server, token })
  } catch (error) {
    if (error instanceof TokenRejected) return "rejected"
    if (error instanceof NotAnAuthorizationServer) return null
    throw error
  }
}
