import { createAuth, reveal, Sessions, Identify } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import * as Effect from "effect/Effect"
import * as Context from "effect/Context"
import { Store } from "@latchkey/core/store"
import { rmSync } from "node:fs"
rmSync("/tmp/bench.db", { force: true }); rmSync("/tmp/bench.db-wal", { force: true })
const auth = await createAuth({ store: sqliteStore("/tmp/bench.db"), publicUrl: "http://127.0.0.1:3000", admin: { username: "root", password: "a quiet lantern over water" } })
const { secret, session } = await auth.sessions.logIn({ username: "root", password: "a quiet lantern over water" }, { kind: "browser" })
const bench = (name: string, f: () => unknown, n = 100000) => { for (let i = 0; i < 20000; i++) f(); const w = performance.now(); for (let i = 0; i < n; i++) f(); console.log(name.padEnd(24), ((performance.now() - w) * 1000 / n).toFixed(2), "us") }
const store = Context.get(auth.context, Store)
const identify = Context.get(auth.context, Identify)
const { credentialFormat } = await import("../../packages/core/src/secret/credential.ts")
const f = credentialFormat("lk")
const text = reveal(secret)
const parsed = f.parse(text)!
const fork = Effect.runForkWith(auth.context)
const sync = Effect.runSyncExitWith(auth.context)
for (let i = 0; i < 2; i++) {
bench("parse", () => f.parse(text))
bench("parse junk", () => f.parse("junk"))
bench("fork void", () => fork(Effect.void))
bench("sync void", () => sync(Effect.void))
bench("lookup fork", () => fork(store.lookup(parsed.owner!, parsed.hash)).pollUnsafe())
bench("resumeParsed fork", () => fork(Context.get(auth.context, Sessions).resumeParsed(parsed)).pollUnsafe())
bench("identify fork", () => fork(identify.identify({ authorization: null, sessionCookie: text })).pollUnsafe())
}
await auth.close()
