import type { Auth } from "@latchkey/core"
import { createTestAuth, type ManualClock, type TestAuthOptions } from "@latchkey/core/testing"
import type { SurfaceOptions } from "@latchkey/http"
import { headerOf, type WireAnswer } from "./answer.ts"
import { type Connection, type Conversation, converse } from "./conversation.ts"
import { checkEveryAnswer } from "./every-answer.ts"
import { HOST_HEADER } from "./host-routes.ts"
import { movedAuth, movedConversation, movedSurface } from "./moved.ts"
import { complete, type WireRequest } from "./request.ts"

/** One sentence about a server that mounts Latchkey, and a check whether it is true. */
export interface Scenario {
  /** The sentence. It begins with the id of a requirement if there is one. */
  readonly states: string
  readonly auth?: TestAuthOptions
  readonly surface?: SurfaceOptions
  /** Holds only for bytes as they were sent, and so not behind a parser, which drops, repairs or refuses some. */
  readonly isAboutBytes?: true
  /** Rejects if the sentence is not true. */
  readonly check: (server: RunningServer) => Promise<void>
}

/** A server on its own socket, from the author of an adapter. */
export interface StartedServer {
  readonly connect: () => Connection
  /** Ends the server and every connection to it. */
  readonly close: () => Promise<void>
}

/** Starts a server that mounts the surface of an `Auth`, and has the `hostRoutes` behind its guard. */
export type StartServer = (auth: Auth, options: SurfaceOptions) => Promise<StartedServer>

/** What a scenario gets. */
export interface RunningServer {
  readonly auth: Auth
  readonly clock: ManualClock
  /** Sends a request on its own connection, and checks what holds for every answer. */
  readonly ask: (request: WireRequest) => Promise<WireAnswer>
  /** Opens a connection on which any bytes can be sent. */
  readonly talk: () => Conversation
}

/** Starts a server for one scenario, checks it, and ends it. */
export const runScenario = async (
  scenario: Scenario,
  start: StartServer,
  paths: "usual" | "moved" = "usual"
): Promise<void> => {
  const isMoved = paths === "moved"
  const { auth, clock } = await createTestAuth(isMoved ? movedAuth(scenario.auth) : scenario.auth)
  const server = await start(auth, (isMoved ? movedSurface(scenario.surface) : scenario.surface) ?? {})
  const open = new Set<Conversation>()
  const talk = (): Conversation => {
    const plain = converse(server.connect())
    const conversation = isMoved ? movedConversation(plain) : plain
    open.add(conversation)
    return conversation
  }
  try {
    await scenario.check({ auth, clock, talk, ask: asker(talk, auth.settings.mode) })
  } finally {
    await Promise.all(Array.from(open, (conversation) => conversation.hangUp()))
    await server.close()
    await auth.close()
  }
}

const asker =
  (talk: RunningServer["talk"], mode: Auth["settings"]["mode"]): RunningServer["ask"] =>
  async (request) => {
    const { method, target } = complete(request)
    const conversation = talk()
    await conversation.say(request)
    const answer = await conversation.answer(method)
    await conversation.hangUp()
    try {
      if (!isFromHost(answer)) checkEveryAnswer(answer, mode)
    } catch (cause) {
      throw new Error(`${method} ${target} answers ${answer.status}, but: ${cause}`, { cause })
    }
    return answer
  }

/** Whether the host answered, not the surface and not a guard. */
export const isFromHost = (answer: WireAnswer): boolean => headerOf(answer, HOST_HEADER[0]) === HOST_HEADER[1]
