import type { TestFunction } from "../test-function.ts"
import { runScenario, type Scenario, type StartServer } from "./scenario.ts"
import { bodyScenarios } from "./scenarios/bodies.ts"
import { connectionScenarios } from "./scenarios/connections.ts"
import { cookieScenarios } from "./scenarios/cookies.ts"
import { credentialScenarios } from "./scenarios/credentials.ts"
import { flowScenarios } from "./scenarios/flows.ts"
import { forgeryScenarios } from "./scenarios/forgery.ts"
import { guardScenarios } from "./scenarios/guards.ts"
import { headScenarios } from "./scenarios/heads.ts"
import { pathScenarios } from "./scenarios/paths.ts"
import { proxyScenarios } from "./scenarios/proxies.ts"
import { tokenScenarios } from "./scenarios/tokens.ts"
import { transcriptScenarios } from "./scenarios/transcripts.ts"

/** Everything that a server with Latchkey does alike, whatever framework is around it. */
export const scenarios: ReadonlyArray<Scenario> = [
  ...pathScenarios,
  ...headScenarios,
  ...credentialScenarios,
  ...cookieScenarios,
  ...bodyScenarios,
  ...connectionScenarios,
  ...guardScenarios,
  ...tokenScenarios,
  ...forgeryScenarios,
  ...proxyScenarios,
  ...flowScenarios,
  ...transcriptScenarios
]

/** How the server under test is put together. */
export interface ServerUnderTest {
  /**
   * Who reads bodies first: Latchkey, or a parser in front of it. Then the scenarios about bytes are left out, such as that a
   * refusal comes before the body: what such a parser loses, repairs or refuses itself is not Latchkey's to answer.
   * Default `"raw"`.
   */
  readonly bodies?: "raw" | "parsed"
  /**
   * Where the routes are: where Latchkey puts them, or all somewhere else, with a base path and behind a proxy that takes a
   * prefix off. Run both. Default `"usual"`.
   */
  readonly paths?: "usual" | "moved"
}

/**
 * Registers one test for each scenario, and so says whether an adapter carries requests and answers unchanged. `start` is
 * called for each, and must give a server on a socket of its own.
 *
 * ```ts
 * import { Duplex } from "node:stream"
 * import { test } from "vitest" // or "node:test"
 * import { adapterConformance } from "@latchkey/conformance/adapter"
 *
 * adapterConformance(test, async (auth, options) => {
 *   const server = await listen(auth, options) // your framework, with `hostRoutes`, on a free port
 *   return { connect: () => Duplex.toWeb(connect(server.port, "127.0.0.1")), close: () => server.close() }
 * })
 * ```
 */
export const adapterConformance = (
  test: TestFunction,
  start: StartServer,
  { bodies = "raw", paths = "usual" }: ServerUnderTest = {}
): void => {
  for (const scenario of scenarios) {
    if (bodies === "parsed" && scenario.isAboutBytes) continue
    test(scenario.states, () => runScenario(scenario, start, paths))
  }
}
