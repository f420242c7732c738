import { expect, it } from "vitest"
import { startFakeServer, TOKEN } from "../../test/fake-server.ts"
import { revokeToken } from "./revoke-token.ts"
import { whoAmI } from "./who-am-i.ts"

it("the server tells whom a token is for", async () => {
  await using server = await startFakeServer()
  expect(await whoAmI({ server: server.url, token: TOKEN })).toEqual({
    id: "01a2",
    username: "ada",
    email: "ada@example.org"
  })
})

it("names of people cannot harm a terminal", async () => {
  await using server = await startFakeServer()
  server.on("/users/me", () => ({ body: { id: "1", email: null, username: "a\u001b[2Jda" } }))
  expect(await whoAmI({ server: server.url, token: TOKEN })).toEqual({ id: "1", username: "a[2Jda", email: null })
})

it("a dead token, an outage, a refusal and another server are told apart", async () => {
  await using server = await startFakeServer()
  const asked = () => whoAmI({ server: server.url, token: TOKEN })
  await expect(whoAmI({ server: server.url, token: "dead" })).rejects.toMatchObject({ _tag: "TokenRejected" })
  server.on("/users/me", () => ({ status: 503 }))
  await expect(asked()).rejects.toMatchObject({ _tag: "ServerUnreachable" })
  server.on("/users/me", () => ({ status: 403, body: {} }))
  await expect(asked()).rejects.toMatchObject({ _tag: "RequestRefused", code: "http_403" })
  server.on("/users/me", () => ({ body: "<p>Hello</p>" }))
  await expect(asked()).rejects.toMatchObject({ _tag: "NotAnAuthorizationServer" })
  const { latchkey_user_endpoint, ...others } = server.metadata() as { latchkey_user_endpoint: string }
  server.on("/.well-known/oauth-authorization-server", () => ({ body: others }))
  await expect(asked()).rejects.toMatchObject({ reason: "it cannot tell whom a token is for." })
})

it("a token is ended at its server, whatever the body of the answer is", async () => {
  await using server = await startFakeServer()
  await revokeToken({ server: server.url, token: TOKEN })
  expect(server.received.at(-1)).toMatchObject({ path: "/oauth/revoke", form: { token: TOKEN } })
  server.on("/oauth/revoke", () => ({ body: "done" }))
  await revokeToken({ server: server.url, token: TOKEN })
})

it("a token that was not ended is told", async () => {
  await using server = await startFakeServer()
  const revoked = () => revokeToken({ server: server.url, token: TOKEN })
  server.on("/oauth/revoke", () => ({ status: 503 }))
  await expect(revoked()).rejects.toMatchObject({ _tag: "ServerUnreachable" })
  server.on("/oauth/revoke", () => ({ status: 400, body: { error: "unsupported_token_type" } }))
  await expect(revoked()).rejects.toMatchObject({ _tag: "RequestRefused", code: "unsupported_token_type" })
  server.on("/oauth/revoke", () => ({ status: 302, headers: { location: "/login" } }))
  await expect(revoked()).rejects.toMatchObject({ _tag: "RequestRefused" })
  server.on("/.well-known/oauth-authorization-server", () => ({
    body: { ...server.metadata(), revocation_endpoint: null }
  }))
  await expect(revoked()).rejects.toMatchObject({ reason: "programs cannot end their tokens there." })
  await server.close()
  await expect(revoked()).rejects.toMatchObject({ _tag: "ServerUnreachable" })
})
