import { type NamedStore, storeFromEnv } from "@latchkey/admin/store"
import { memoryStore } from "@latchkey/core/testing"

/** The store that `LATCHKEY_STORE` names, as `latchkey-admin` opens it. `memory` forgets everything when the server ends. */
export const readStore = (env: Readonly<Record<string, string | undefined>>): Promise<NamedStore> =>
  storeFromEnv(env, { memory: memoryStore })
