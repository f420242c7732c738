import {
  answerOf,
  browserOf,
  checkEveryAnswer,
  complete,
  type Mode,
  type Person,
  programOf,
  tokenOf,
  type WireAnswer,
  type WireRequest,
  webRequest
} from "@latchkey/conformance/adapter"
import type { AccessToken, Auth, Session, TokenToIssue } from "@latchkey/core"
import { Store } from "@latchkey/core/store"
import { createTestAuth, type ManualClock, type TestAuthOptions } from "@latchkey/core/testing"
import { makeSurface, type Surface, type SurfaceOptions } from "@latchkey/http"
import * as Effect from "effect/Effect"
import { onTestFinished } from "vitest"
import { openApiDocument } from "../src/documents/openapi.ts"
import { routeTable } from "../src/features.ts"

/** A surface in this process, with a memory store and a clock that stands still. */
export interface Site {
  readonly auth: Auth
  readonly clock: ManualClock
  readonly surface: Surface
  /** Asks the surface, and checks what holds for every answer: its headers, its form, and that its status is documented. */
  readonly ask: (request: WireRequest, peer?: string | null) => Promise<WireAnswer>
  /** The headers of a browser in which someone has logged in, for requests of its own pages. */
  readonly browser: (person?: Person) => Promise<Readonly<Record<string, string>>>
  /** The headers of a program that has logged in for someone. */
  readonly program: (person?: Person) => Promise<Readonly<Record<string, string>>>
  /** The headers of a program with a personal access token of someone's. */
  readonly token: (wanted?: Partial<TokenToIssue>, person?: Person) => Promise<{ readonly authorization: string }>
  /** All that the store holds of users, sessions and tokens: to see whether anything was written. */
  readonly contents: () => Promise<Effect.Success<typeof storeContents>>
}

/** Opens a site that ends with the test. */
export const openSite = async (options: TestAuthOptions = {}, surfaceOptions: SurfaceOptions = {}): Promise<Site> => {
  const { auth, clock } = await createTestAuth(options)
  onTestFinished(async () => {
    if (options.mailer !== undefined) await clock.advance("10 minutes") // closing waits for mails that the clock holds back
    await auth.close()
  })
  const surface = makeSurface(auth, surfaceOptions)
  return {
    auth,
    clock,
    surface,
    ask: async (request, peer = "192.0.2.7") => {
      const answer = await answerOf(await surface.handle(webRequest(request), peer))
      checkEveryAnswer(answer, auth.settings.mode)
      if (surface.owns(`http://localhost:3000${request.target}`)) checkDocumented(request, answer, auth.settings)
      return answer
    },
    browser: async (person) => ({ cookie: await browserOf(auth, person), "sec-fetch-site": "same-origin" }),
    program: async (person) => ({ authorization: await programOf(auth, person) }),
    token: async (wanted, person) => ({ authorization: `Bearer ${(await tokenOf(auth, wanted, person)).text}` }),
    contents: () => auth.run(storeContents)
  }
}

const storeContents = Effect.gen(function* () {
  const { users, sessions, tokens } = yield* Store
  const everything = { after: null, limit: 1_000 }
  const { items } = yield* users.list({ query: null, filter: {}, after: null, limit: 1_000 })
  return {
    isSetUp: yield* users.isSetUp,
    users: yield* Effect.forEach(items, ({ id }) => users.findWithPassword(id)),
    sessions: yield* Effect.forEach(items, ({ id }) =>
      Effect.map(sessions.list(id, 0, everything), (all) => all.map(withoutUse))
    ),
    tokens: yield* Effect.forEach(items, ({ id }) =>
      Effect.map(tokens.list(id, 0, everything), (all) => all.map(withoutTokenUse))
    )
  }
})

/** That a session was used is noted on every request; all else of it is what someone did. */
const withoutUse = ({ lastSeenAt, idleExpiresAt, ...session }: Session) => session

const withoutTokenUse = ({ lastUsedAt, ...token }: AccessToken) => token

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
}

const documentedIn = (mode: Mode) =>
  openApiDocument({ name: "", url: "", cookieName: "", mode, pathOf: ({ path }) => path }, routeTable).paths

const documented = { session: documentedIn("session"), basic: documentedIn("basic") }

/** What the document says of the request's route; undefined when there is no such route. */
const operationFor = (
  { method, target }: ReturnType<typeof complete>,
  { mode }: Auth["settings"]
): Operation | undefined => {
  const paths = documented[mode]
  const path = (target.split("?", 1)[0] ?? "").replace(/(.)\/$/, "$1")
  const verb = method === "HEAD" ? "get" : method.toLowerCase()
  const matching = Object.keys(paths)
    .filter((each) => new RegExp(`^${each.replace(/\/$/, "").replace(/\{\w+\}/g, "[^/]+")}$`).test(path))
    .sort((one, other) => Number(one.includes("{")) - Number(other.includes("{")))
  return paths[matching[0] ?? ""]?.[verb] as Operation | undefined
}

const checkDocumented = (request: WireRequest, { status }: WireAnswer, settings: Auth["settings"]): void => {
  const whole = complete(request)
  const operation = operationFor(whole, settings)
  if (operation === undefined || status === 500 || status in operation.responses) return
  throw new Error(`${whole.method} ${whole.target} answers ${status}, which /openapi.json does not say`)
}
