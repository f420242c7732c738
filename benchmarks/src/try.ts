import { createAuth, signedIn, reveal, anyone } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import { honoAuth } from "@latchkey/adapter-hono"
import { Hono } from "hono"
import { rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { hash } from "node:crypto"
rmSync("/tmp/bench.db", { force: true }); rmSync("/tmp/bench.db-wal", { force: true })
const auth = await createAuth({ store: sqliteStore("/tmp/bench.db"), publicUrl: "http://127.0.0.1:3000", admin: { username: "root", password: "a quiet lantern over water" } })
const { secret } = await auth.sessions.logIn({ username: "root", password: "a quiet lantern over water" }, { kind: "browser" })
const cookie = "a=1; b=2; latchkey_session=" + reveal(secret)
const { guard } = honoAuth(auth)
const app = new Hono().get("/bare", (c) => c.text("ok")).get("/me", guard(signedIn), (c) => c.text("ok"))
const db = new DatabaseSync("/tmp/bench.db")
const st = db.prepare("SELECT u.*, s.* FROM latchkey_sessions s JOIN latchkey_users u ON u.id = s.user_id WHERE s.hash = ?")
const cols = db.prepare("SELECT * FROM latchkey_sessions LIMIT 1").get() as any
const floorCheck = (cookieHeader: string) => { const at = cookieHeader.indexOf("latchkey_session="); const v = cookieHeader.slice(at + 17); const h = hash("sha256", v, "hex"); const r: any = st.get(h); return r && r.expires_at > Date.now() }
const floor = new Hono().get("/me", async (c, next) => { if (!floorCheck(c.req.header("cookie") ?? "")) return c.text("no", 401); await next() }, (c) => c.text("ok"))
const bench = async (name: string, f: () => unknown, n = 50000) => { for (let i = 0; i < 5000; i++) await f(); const t = process.cpuUsage(); const w = performance.now(); for (let i = 0; i < n; i++) await f(); const c = process.cpuUsage(t); console.log(name.padEnd(24), ((performance.now() - w) * 1000 / n).toFixed(2), "us wall", ((c.user + c.system) / n).toFixed(2), "us cpu") }
const req = new Request("http://127.0.0.1:3000/me", { headers: { cookie } })
console.log(Object.keys(cols))
for (let i = 0; i < 2; i++) {
await bench("sync floor check", () => floorCheck(cookie))
await bench("sessions.resume", () => auth.sessions.resume(secret))
await bench("bare", () => app.request(new Request("http://127.0.0.1:3000/bare", { headers: { cookie } })))
await bench("floor", () => floor.request(new Request("http://127.0.0.1:3000/me", { headers: { cookie } })))
await bench("guard", () => app.request(new Request("http://127.0.0.1:3000/me", { headers: { cookie } })))
await bench("guard junk", () => app.request(new Request("http://127.0.0.1:3000/me", { headers: { cookie: "latchkey_session=junk" } })))
}
await auth.close()
