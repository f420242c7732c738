/**
 * What the author of an adapter needs: scenarios over raw sockets that every adapter must pass, and the host's routes that
 * they need. Start from the guide "Writing an adapter".
 */
export { adapterConformance, type ServerUnderTest } from "./adapter/adapter-conformance.ts"
/** Requests, answers and people as the scenarios use them: for tests that go beyond the scenarios. */
export { answerOf, cookieSetBy, headerOf, valuesOf, type WireAnswer } from "./adapter/answer.ts"
export { webRequest } from "./adapter/direct.ts"
export { checkEveryAnswer, type Mode } from "./adapter/every-answer.ts"
export {
  HOST_CONTENT_HEADER,
  HOST_HEADER,
  HOST_PROBLEM_PATH,
  type HostRoute,
  hostAnswer,
  hostProblem,
  hostRoutes
} from "./adapter/host-routes.ts"
export { ada, basicOf, browserOf, navigation, type Person, programOf, root, tokenOf } from "./adapter/people.ts"
export { complete, type WireRequest } from "./adapter/request.ts"
export type { StartedServer, StartServer } from "./adapter/scenario.ts"
export type { TestFunction } from "./test-function.ts"
