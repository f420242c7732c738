import { generateKeyPairSync } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expressAuth, findIdentity } from "@latchkey/adapter-express"
import { honoAuth } from "@latchkey/adapter-hono"
import { type Auth, signedIn, verified } from "@latchkey/core"
import { mailbox } from "@latchkey/core/testing"
import express from "express"
import { Hono } from "hono"
import { describe, expect, it, onTestFinished } from "vitest"
import type { JwtOptions } from "../src/jwt-options.ts"
import { ada, forge, newPassword, openScene, partsOf, type SceneOptions, START, setRow } from "./scene.ts"

const OLD = "b7Qe2Lw9Xr4Tn6Ys"
const RESET = "Hc5Vn8Jq3Wd7Zf2M"
const VERIFY = "x9Kt4Bs6Ym1Rg8Pu"
const oldTokens = { key: OLD, resetKey: RESET, verifyKey: VERIFY, until: "2026-02-01" }
const header = { alg: "HS256", typ: "JWT" }
const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString()

type Ask = (path: string, init?: RequestInit) => Promise<Response>

const mounts: Readonly<Record<string, (auth: Auth) => Promise<Ask>>> = {
  Hono: async (auth) => {
    const { routes, guard } = honoAuth(auth)
    const app = new Hono()
    app.route("/", routes)
    app.get("/mine", guard(signedIn), (c) => c.json({ via: c.var.identity.via }))
    app.get("/proved", guard(verified), (c) => c.text("proved"))
    return async (path, init) => app.request(path, init)
  },
  Express: async (auth) => {
    const { routes, guard } = expressAuth(auth)
    const app = express()
    app.use(routes)
    app.get("/mine", guard(signedIn), (req, res) => void res.json({ via: findIdentity(req)?.via }))
    app.get("/proved", guard(verified), (_, res) => void res.send("proved"))
    const server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    onTestFinished(() => void server.close().closeAllConnections())
    const { port } = server.address() as AddressInfo
    return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual", ...init })
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const posted = (body: object) => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" }
})

for (const [adapter, mount] of Object.entries(mounts))
  describe(`on ${adapter}`, () => {
    const open = async (options: Partial<JwtOptions> = {}, more: SceneOptions = {}) => {
      const scene = await openScene(options, more)
      const ask = await mount(scene.auth)
      const logIn = async (password: string = ada.password): Promise<string> => {
        const form = { method: "POST", body: new URLSearchParams({ username: ada.email, password }) }
        const { access_token, token_type } = JSON.parse(await (await ask("/auth/jwt/login", form)).text())
        expect(token_type).toBe("bearer")
        return access_token
      }
      const statusOf = async (token: string, path = "/mine") => (await ask(path, { headers: bearer(token) })).status
      return { ...scene, ask, logIn, statusOf }
    }

    it("JWT-04 a program logs in, uses its token, logs out, and the token is dead", async () => {
      const { ask, logIn, statusOf } = await open()
      const token = await logIn()
      expect(partsOf(token).header.typ).toBe("at+jwt")
      expect(await statusOf(token)).toBe(200)
      expect(await statusOf(token, "/users/me")).toBe(200)
      expect((await ask("/auth/jwt/logout", { method: "POST", headers: bearer(token) })).status).toBe(204)
      expect(await statusOf(token)).toBe(401)
      const again = await ask("/auth/jwt/logout", { method: "POST", headers: bearer(token) })
      expect([again.status, again.headers.get("www-authenticate")]).toEqual([
        401,
        expect.stringContaining('error="invalid_token"')
      ])
    })

    it("JWT-04 SES-09 a token is refused at once after a deactivation, a demotion and a new password", async () => {
      const { auth, user, logIn, statusOf } = await open()
      const [one] = [await logIn()]
      await auth.users.change(user.id, { isActive: false })
      expect(await statusOf(one)).toBe(401)
      await auth.users.change(user.id, { isActive: true })
      expect(await statusOf(one)).toBe(401)
      await auth.users.change(user.id, { isSuperuser: true })
      const two = await logIn()
      expect(await statusOf(two, "/admin/users")).toBe(200)
      await auth.users.change(user.id, { isSuperuser: false })
      expect(await statusOf(two)).toBe(401)
      const three = await logIn()
      await auth.passwords.change({ user: user.id, current: ada.password, next: newPassword })
      expect(await statusOf(three)).toBe(401)
      expect(await statusOf(await logIn(newPassword))).toBe(200)
    })

    it("JWT-04 a program changes its user's password, and its token goes on", async () => {
      const { ask, logIn, statusOf } = await open()
      const token = await logIn()
      const body = { password: newPassword, current_password: ada.password }
      const answer = await ask("/users/me", {
        method: "PATCH",
        body: JSON.stringify(body),
        headers: { ...bearer(token), "content-type": "application/json" }
      })
      expect(answer.status).toBe(200)
      expect(await statusOf(token)).toBe(200)
    })

    it("JWT-04 a token ends by revocation, too (RFC 7009)", async () => {
      const { ask, logIn, statusOf } = await open()
      const token = await logIn()
      const revoked = await ask("/oauth/revoke", { method: "POST", body: new URLSearchParams({ token }) })
      expect(revoked.status).toBe(200)
      expect(await statusOf(token)).toBe(401)
    })

    it("JWT-04 SES-13 an outage is 503", async () => {
      const { logIn, statusOf, switches } = await open()
      const token = await logIn()
      switches.isDown = true
      expect(await statusOf(token)).toBe(503)
    })

    it("JWT-06 junk in the header is 401, and says that the token is the reason", async () => {
      const { ask, logIn } = await open()
      const token = await logIn()
      for (const junk of ["a.b.c", "..", `${token}x`, `${token}.x`, token.slice(0, -1)]) {
        const answer = await ask("/mine", { headers: bearer(junk) })
        expect([answer.status, answer.headers.get("www-authenticate")], junk).toEqual([
          401,
          expect.stringContaining('error="invalid_token"')
        ])
      }
    })

    it("JWT-09 a stateless token is let in, and a log-out with it is answered as one", async () => {
      const { ask, logIn, statusOf } = await open({ stateless: true })
      const token = await logIn()
      expect(await (await ask("/mine", { headers: bearer(token) })).text()).toBe('{"via":"jwt"}')
      expect((await ask("/auth/jwt/logout", { method: "POST", headers: bearer(token) })).status).toBe(204)
      expect(await statusOf(token)).toBe(200)
      expect(await statusOf(token, "/sessions")).toBe(200)
      const others = await ask("/sessions", { method: "DELETE", headers: bearer(token) })
      expect(others.status).toBe(403)
    })

    it("JWT-10 JWT-11 a token of the system before us goes on, until a log-out with it", async () => {
      const { ask, user, statusOf } = await open({ oldTokens })
      const token = forge(header, { sub: user.id, aud: ["fastapi-users:auth"], exp: START + 3_600 }, OLD)
      expect(await statusOf(token)).toBe(200)
      expect(await (await ask("/users/me", { headers: bearer(token) })).text()).toContain(ada.email)
      expect(await statusOf(token, "/proved")).toBe(403)
      expect((await ask("/auth/jwt/logout", { method: "POST", headers: bearer(token) })).status).toBe(204)
      expect(await statusOf(token)).toBe(401)
    })

    it("JWT-10 a token of the system before us ends by revocation, too", async () => {
      const { ask, user, statusOf } = await open({ oldTokens })
      const token = forge(header, { sub: user.id, aud: ["fastapi-users:auth"], exp: START + 3_600 }, OLD)
      await ask("/oauth/revoke", { method: "POST", body: new URLSearchParams({ token }) })
      expect(await statusOf(token)).toBe(401)
    })

    it("JWT-10 a program with a token of the system before us changes the password, which ends the token", async () => {
      const { ask, user, statusOf } = await open({ oldTokens })
      const token = forge(header, { sub: user.id, aud: ["fastapi-users:auth"], exp: START + 3_600 }, OLD)
      const change = (body: object) =>
        ask("/users/me", {
          method: "PATCH",
          body: JSON.stringify(body),
          headers: { ...bearer(token), "content-type": "application/json" }
        })
      expect((await change({ password: newPassword })).status).toBe(403)
      expect((await change({ password: newPassword, current_password: ada.password })).status).toBe(200)
      expect(await statusOf(token)).toBe(401)
    })

    it("JWT-10 IMP-04 an administrator's token of the system before us does nothing of Latchkey's own in the user's place", async () => {
      const { ask, tables, user, statusOf } = await open({ oldTokens })
      const root = [...tables.users.values()].find((row) => row.user.username === "root")?.user
      const claims = { sub: user.id, aud: ["fastapi-users:auth"], exp: START + 3_600, impersonated_by: root?.id }
      const token = forge(header, claims, OLD)
      expect(await statusOf(token)).toBe(200)
      expect(await statusOf(token, "/tokens")).toBe(403)
      expect((await ask("/auth/jwt/logout", { method: "POST", headers: bearer(token) })).status).toBe(204)
      expect(await statusOf(token)).toBe(401)
      const another = forge(header, { ...claims, exp: START + 7_200 }, OLD)
      const stop = { method: "POST", headers: { ...bearer(another), accept: "application/json" } }
      expect((await ask("/admin/impersonation/stop", stop)).status).toBe(204)
      expect(await statusOf(another)).toBe(401)
    })

    it("JWT-12 links of the system before us work for programs, and on the pages", async () => {
      const { ask, auth, tables, user } = await open({ oldTokens }, { mailer: mailbox().mailer })
      const { createHash } = await import("node:crypto")
      setRow(tables, user, "plain$imported")
      const fingerprint = `plain$${createHash("sha256").update("plain$imported").digest("hex")}`
      const exp = START + 3_600
      const verify = forge(header, { sub: user.id, email: ada.email, aud: "fastapi-users:verify", exp }, VERIFY)
      const reset = forge(header, { sub: user.id, password_fgpt: fingerprint, aud: "fastapi-users:reset", exp }, RESET)
      expect((await ask("/auth/verify", posted({ token: verify }))).status).toBe(200)
      expect(await (await ask("/auth/verify", posted({ token: verify }))).text()).toContain(
        "VERIFY_USER_ALREADY_VERIFIED"
      )

      const opened = await ask(`/reset-password?token=${reset}`, { redirect: "manual" })
      expect(opened.status).toBe(303)
      const cookie = opened.headers.getSetCookie()[0]?.split(";")[0] ?? ""
      expect(cookie).toContain(reset)
      const page = await ask(opened.headers.get("location") ?? "", { headers: { cookie, accept: "text/html" } })
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(ada.username)])

      expect((await ask("/auth/reset-password", posted({ token: reset, password: newPassword }))).status).toBe(200)
      expect(
        await (await ask("/auth/reset-password", posted({ token: reset, password: newPassword }))).text()
      ).toContain("RESET_PASSWORD_BAD_TOKEN")
      expect(await auth.sessions.logIn({ ...ada, password: newPassword })).toMatchObject({ user: { isVerified: true } })
    })

    it("JWT-13 publishes public keys, which other servers may keep for five minutes, and says where", async () => {
      const { ask } = await open({ keys: [{ algorithm: "EdDSA", key: ed25519 }] })
      const answer = await ask("/.well-known/jwks.json")
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "public, max-age=300"])
      const { keys } = JSON.parse(await answer.text())
      expect(keys).toEqual([
        { kty: "OKP", crv: "Ed25519", x: expect.any(String), kid: expect.any(String), alg: "EdDSA", use: "sig" }
      ])
      const metadata = JSON.parse(await (await ask("/.well-known/oauth-authorization-server")).text())
      expect(metadata.jwks_uri).toBe("http://localhost:3000/.well-known/jwks.json")
    })

    it("JWT-13 with secret keys alone there is no list", async () => {
      const { ask } = await open()
      expect((await ask("/.well-known/jwks.json")).status).toBe(404)
      expect(await (await ask("/.well-known/oauth-authorization-server")).text()).not.toContain("jwks_uri")
    })
  })
