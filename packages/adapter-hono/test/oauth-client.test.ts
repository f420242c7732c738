import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { honoAuth } from "@latchkey/adapter-hono"
import { ada } from "@latchkey/conformance/adapter"
import { createTestAuth } from "@latchkey/core/testing"
import { Hono } from "hono"
import * as oauth from "oauth4webapi"
import { expect, onTestFinished, test } from "vitest"

/** A server on a free port, which is also the address in all that it says. */
const listen = async () => {
  const app = new Hono()
  const server = serve({ fetch: (request, env) => app.fetch(request, env), hostname: "127.0.0.1", port: 0 })
  await new Promise((resolve) => server.once("listening", resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { auth, clock } = await createTestAuth({
    publicUrl: url,
    tokens: { scopes: { "packages:read": "Download packages" } }
  })
  app.route("/", honoAuth(auth).routes)
  onTestFinished(async () => {
    server.close()
    await auth.close()
  })
  return { auth, clock, url }
}

const client: oauth.Client = { client_id: "acme" }
const plain = { [oauth.allowInsecureRequests]: true } // this machine alone
const none = oauth.None()

/** The error of a poll that has no token for us. */
const errorOf = async (server: oauth.AuthorizationServer, response: Response): Promise<string> => {
  const result = oauth.processDeviceCodeResponse(server, client, response)
  const thrown = await result.then(
    () => undefined,
    (error: unknown) => error
  )
  if (thrown instanceof oauth.ResponseBodyError) return thrown.error
  throw new Error(`no OAuth error: ${thrown}`)
}

test("a standard OAuth client finds the server, logs its user in, and ends the token (DEV-16)", async () => {
  const { auth, clock, url } = await listen()
  const user = await auth.users.register(ada)
  const issuer = new URL(url)
  const found = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...plain })
  const server = await oauth.processDiscoveryResponse(issuer, found)

  const asked = await oauth.deviceAuthorizationRequest(server, client, none, { scope: "packages:read" }, plain)
  const codes = await oauth.processDeviceAuthorizationResponse(server, client, asked)
  expect([codes.verification_uri, codes.interval]).toEqual([`${url}/auth/cli`, 5])

  const poll = () => oauth.deviceCodeGrantRequest(server, client, none, codes.device_code, plain)
  expect(await errorOf(server, await poll())).toBe("authorization_pending")
  expect(await errorOf(server, await poll())).toBe("slow_down")
  const { id } = await auth.cliLogins.lookUp({ user }, codes.user_code)
  await auth.cliLogins.approve({ user }, id)
  await clock.advance("10 seconds")
  const token = await oauth.processDeviceCodeResponse(server, client, await poll())
  expect([token.token_type, token.scope]).toEqual(["bearer", "packages:read"]) // the library writes the type in lower case
  expect(await errorOf(server, await poll())).toBe("invalid_grant")

  const whoami = () =>
    oauth.protectedResourceRequest(token.access_token, "GET", new URL(`${url}/users/me`), undefined, undefined, plain)
  expect(await (await whoami()).json()).toMatchObject({ username: ada.username })
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, none, token.access_token, plain))
  const refused = await whoami().then(
    ({ status }) => status,
    (error: unknown) => (error instanceof oauth.WWWAuthenticateChallengeError ? error.status : error)
  )
  expect(refused).toBe(401)
})

test("a standard OAuth client understands a denial and an end of time (DEV-16)", async () => {
  const { auth, clock, url } = await listen()
  const user = await auth.users.register(ada)
  const issuer = new URL(url)
  const found = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...plain })
  const server = await oauth.processDiscoveryResponse(issuer, found)
  const begin = async () => {
    const asked = await oauth.deviceAuthorizationRequest(server, client, none, {}, plain)
    return oauth.processDeviceAuthorizationResponse(server, client, asked)
  }
  const [denied, past] = [await begin(), await begin()]
  const { id } = await auth.cliLogins.lookUp({ user }, denied.user_code)
  await auth.cliLogins.deny({ user }, id)
  const poll = (code: string) => oauth.deviceCodeGrantRequest(server, client, none, code, plain)
  expect(await errorOf(server, await poll(denied.device_code))).toBe("access_denied")
  await clock.advance("5 minutes")
  expect(await errorOf(server, await poll(past.device_code))).toBe("expired_token")
})
