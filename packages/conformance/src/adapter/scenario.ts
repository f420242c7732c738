import type { Auth } from "@latchkey/core"
import { createTestAuth, type ManualClock, type TestAuthOptions } from "@latchkey/core/testing"
import type { SurfaceOptions } from "@latchkey/http"
import { headerOf, type WireAnswer } from "./answer.ts"
import { type Connection, type Conversation, converse } from "./conversation.ts"
import { checkEveryAnswer } from "./every-answer.ts"
import { HOST_HEADER } from "./host-routes.ts"
import { movedAuth, movedConversation, movedSurface } from "./moved.ts"
import { complete, type WireRequest } from "./request.ts"

/** One sentence about a server that mounts Latchkey, and how to find out whether it is true. */
export interface Scenario {
  /** The sentence, beginning with the id of a requirement where there is one. */
  readonly states: string
  readonly auth?: TestAuthOptions
  readonly surface?: SurfaceOptions
  /** True of bytes as they were sent, and so not where a parser in front has read them: it loses, repairs and refuses some. */
  readonly isAboutBytes?: true
  /** Rejects when the server does otherwise. */
  readonly check: (server: RunningServer) => Promise<void>
}

/** A server on a socket of its own, made by whoever tests an adapter. */
export interface StartedServer {
  readonly connect: () => Connection
  /** Ends the server and every connection to it. */
  readonly close: () => Promise<void>
}

/** Starts a server that mounts the surface of an `Auth`, and has `hostRoutes` behind its guard. */
export type StartServer = (auth: Auth, options: SurfaceOptions) => Promise<StartedServer>

/** What a scenario is given. */
export interface RunningServer {
  readonly auth: Auth
  readonly clock: ManualClock
  /** Sends a request on a connection of its own, and checks of the answer what holds for every one. */
  readonly ask: (request: WireRequest) => Promise<WireAnswer>
  /** Opens a connection on which anything can be said. */
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
