/** What tests of an adapter need: scenarios over raw sockets that every adapter must pass, and the routes they ask for. */
export { adapterConformance, type ServerUnderTest } from "./testing/adapter-conformance.ts"
export { HOST_HEADER, type HostRoute, hostAnswer, hostRoutes } from "./testing/host-routes.ts"
export type { StartedServer, StartServer } from "./testing/scenario.ts"
