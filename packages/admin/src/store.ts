/** Opens the store that a server and the operator's command share: `storeFromEnv`. It loads nothing of the command. */
export {
  type NamedServer,
  type NamedStore,
  type OwnStores,
  type ServerFacts,
  storeFromEnv,
  storeFromText,
  storeVariables
} from "./store/store-from-env.ts"
