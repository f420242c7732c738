import type { TestFunction } from "../test-function.ts"
import { runScenario, type Scenario, type StartServer } from "./scenario.ts"
import { administrationScenarios } from "./scenarios/administration.ts"
import { bodyScenarios } from "./scenarios/bodies.ts"
import { checkScenarios } from "./scenarios/checks.ts"
import { cliLoginScenarios } from "./scenarios/cli-logins.ts"
import { connectionScenarios } from "./scenarios/connections.ts"
import { cookieScenarios } from "./scenarios/cookies.ts"
import { credentialScenarios } from "./scenarios/credentials.ts"
import { flowScenarios } from "./scenarios/flows.ts"
import { forgeryScenarios } from "./scenarios/forgery.ts"
import { guardScenarios } from "./scenarios/guards.ts"
import { headScenarios } from "./scenarios/heads.ts"
import { languageScenarios } from "./scenarios/languages.ts"
import { pathScenarios } from "./scenarios/paths.ts"
import { problemScenarios } from "./scenarios/problems.ts"
import { proxyScenarios } from "./scenarios/proxies.ts"
import { questionScenarios } from "./scenarios/questions.ts"
import { recoveryScenarios } from "./scenarios/recovery.ts"
import { targetScenarios } from "./scenarios/targets.ts"
import { tokenScenarios } from "./scenarios/tokens.ts"
import { transcriptScenarios } from "./scenarios/transcripts.ts"

/** Everything that servers with Latchkey do alike, with any framework. */
export const scenarios: ReadonlyArray<Scenario> = [
  ...pathScenarios,
  ...targetScenarios,
  ...headScenarios,
  ...credentialScenarios,
  ...cookieScenarios,
  ...bodyScenarios,
  ...connectionScenarios,
  ...guardScenarios,
  ...checkScenarios,
  ...problemScenarios,
  ...languageScenarios,
  ...recoveryScenarios,
  ...tokenScenarios,
  ...cliLoginScenarios,
  ...administrationScenarios,
  ...forgeryScenarios,
  ...proxyScenarios,
  ...flowScenarios,
  ...questionScenarios,
  ...transcriptScenarios
]

/** How the server under test is set up. */
export interface ServerUnderTest {
  /**
   * Who reads bodies first: Latchkey, or a parser in front of it. With a parser, the scenarios about bytes are left out, such as
   * that a refusal comes before the body, because Latchkey cannot change what the parser drops, repairs or refuses.
   * Default `"raw"`.
   */
  readonly bodies?: "raw" | "parsed"
  /**
   * Where the routes are: at their default paths, or all moved, with a base path and behind a proxy that removes a prefix.
   * Run both. Default `"usual"`.
   */
  readonly paths?: "usual" | "moved"
}

/**
 * Registers one test for each scenario. Together they show that an adapter passes on requests and answers unchanged. Each test
 * calls `start`, which must return a server on its own socket.
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
