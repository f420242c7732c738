import { execFile, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"
import { bearer, goodPassword, jsonOf, makeToken, register, revokeToken, sendJson, tokenFor } from "./client.ts"
import { newFolder } from "./folders.ts"
import { type Server, startServer } from "./server.ts"

let server: Server
beforeAll(async () => {
  // In production there is no mailer without a setting: clients of before change their address at once.
  const admin = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
  server = await startServer({ env: { ...admin, NODE_ENV: "production" } })
})

const hasCurl = spawnSync("curl", ["--version"]).error === undefined
if (!hasCurl) console.warn("\nNO CURL: its tests are SKIPPED. Install curl.\n")

/** Runs curl; gives the body, then the status and where a redirect leads, as curl itself reports them. */
const curl = async (...args: ReadonlyArray<string>) => {
  const report = "\n%{http_code} %{redirect_url}"
  const { stdout } = await promisify(execFile)("curl", ["--silent", "--max-time", "30", "--write-out", report, ...args])
  const [status = "", redirect = ""] = stdout.slice(stdout.lastIndexOf("\n") + 1).split(" ")
  return { body: stdout.slice(0, stdout.lastIndexOf("\n")), status: Number(status), redirect }
}

describe.skipIf(!hasCurl)("curl", () => {
  test("logs in with the form, keeps the cookie in its jar, and logs out", async () => {
    await register(server, "jar")
    const jar = join(newFolder(), "cookies")
    const withJar = ["--cookie", jar, "--cookie-jar", jar]
    const fields = ["--data-urlencode", "username=jar", "--data-urlencode", `password=${goodPassword}`]
    const wrong = await curl(...withJar, "--data", "username=jar&password=wrong", `${server.url}/login`)
    expect(wrong.status).toBe(400)
    expect(JSON.parse(wrong.body)).toMatchObject({ detail: "LOGIN_BAD_CREDENTIALS" })
    const login = await curl(...withJar, ...fields, `${server.url}/login`)
    expect(login).toEqual({ status: 303, redirect: `${server.url}/profile/`, body: "" })
    expect(readFileSync(jar, "utf8")).toMatch(
      /^#HttpOnly_127\.0\.0\.1\tFALSE\t\/\tFALSE\t0\tlatchkey_session\tlk_ses_/m
    )

    const me = await curl(...withJar, `${server.url}/users/me`)
    expect(JSON.parse(me.body)).toMatchObject({ username: "jar", is_superuser: false })
    // A form that comes with a cookie and does not say from where might be another site's.
    const unsaid = await curl(...withJar, "--data", "", `${server.url}/logout`)
    expect(unsaid.status).toBe(403)
    const logout = await curl(...withJar, "--data", "", "--header", `Origin: ${server.url}`, `${server.url}/logout`)
    expect(logout.status).toBe(204)
    expect(readFileSync(jar, "utf8")).not.toContain("lk_ses_")
    expect((await curl(...withJar, `${server.url}/users/me`)).status).toBe(401)
  })

  test("--oauth2-bearer works, -u with a password does not, and --anyauth gives up on the challenge", async () => {
    await register(server, "bearer")
    const token = await tokenFor(server, "bearer")
    const me = await curl("--oauth2-bearer", token, `${server.url}/users/me`)
    expect(me.status).toBe(200)
    expect(JSON.parse(me.body)).toMatchObject({ username: "bearer" })
    expect((await curl("--oauth2-bearer", `${token}x`, `${server.url}/users/me`)).status).toBe(401)
    expect((await curl("--user", `bearer:${goodPassword}`, `${server.url}/users/me`)).status).toBe(401)
    expect((await curl("--anyauth", "--user", "bearer:x", `${server.url}/users/me`)).status).toBe(401)
    const head = await curl("--head", "--oauth2-bearer", token, `${server.url}/users/me/`)
    expect(head.status).toBe(200)
  })

  test("PAT-10 with a token by -u or --oauth2-bearer is let in where its scopes say, and nowhere once it is revoked", async () => {
    await register(server, "tokens")
    const session = await tokenFor(server, "tokens")
    const able = await makeToken(server, session)
    const unable = await jsonOf<typeof able>(await sendJson(server, "POST", "/tokens/", { name: "none" }, session))
    const waysOf = (token: string) => [
      ["--oauth2-bearer", token],
      ["--user", `__token__:${token}`],
      ["--user", `tokens:${token}`],
      ["--user", `${token}:`],
      ["--anyauth", "--user", `__token__:${token}`]
    ]
    const statuses = (token: string, path: string) =>
      Promise.all(waysOf(token).map((way) => curl(...way, server.url + path).then(({ status }) => status)))
    expect(await statuses(able.token, "/demo/scope")).toEqual([200, 200, 200, 200, 200])
    expect(await statuses(unable.token, "/demo/scope")).toEqual([403, 403, 403, 403, 403])
    expect(await statuses(unable.token, "/demo/signed-in")).toEqual([200, 200, 200, 200, 200])
    const told = await curl("--oauth2-bearer", able.token, `${server.url}/demo/scope`)
    expect(JSON.parse(told.body)).toMatchObject({ username: "tokens" })
    await revokeToken(server, session, able)
    expect(await statuses(able.token, "/demo/scope")).toEqual([401, 401, 401, 401, 401])
  })

  test("is sent to log in only when it says that it wants pages", async () => {
    expect((await curl(`${server.url}/demo/signed-in`)).status).toBe(401)
    const browsing = await curl("--header", "Accept: text/html", `${server.url}/demo/signed-in?a=1`)
    expect(browsing).toMatchObject({ status: 303, redirect: `${server.url}/login?next=%2Fdemo%2Fsigned-in%3Fa%3D1` })
  })
})

/** What a script for the older system sends, with either encoding of the login form. */
const encodings = {
  urlencoded: (fields: Record<string, string>) => new URLSearchParams(fields),
  multipart: (fields: Record<string, string>) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.set(name, value)
    return form
  }
}

test.each(["urlencoded", "multipart"] as const)(
  "a script written for fastapi-users goes on working with a %s login form",
  async (encoding) => {
    const email = `${encoding}@example.org`
    const json = { "content-type": "application/json" }
    const call = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init)

    const registration = { email, password: goodPassword, is_active: true, is_superuser: true, is_verified: true }
    const registered = await call("/auth/register", {
      method: "POST",
      headers: json,
      body: JSON.stringify(registration)
    })
    expect(registered.status).toBe(201)
    const user = await jsonOf<{ id: string }>(registered)
    expect(user).toEqual({ id: user.id, email, is_active: true, is_superuser: false, is_verified: false })
    const again = await call("/auth/register", { method: "POST", headers: json, body: JSON.stringify(registration) })
    expect(again.status).toBe(400)
    expect(await again.json()).toMatchObject({ detail: "REGISTER_USER_ALREADY_EXISTS" })

    const form = { grant_type: "password", username: email, scope: "", client_id: "", client_secret: "" }
    const refused = await call("/auth/jwt/login", {
      method: "POST",
      body: encodings[encoding]({ ...form, password: "x" })
    })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ detail: "LOGIN_BAD_CREDENTIALS" })
    const body = encodings[encoding]({ ...form, password: goodPassword })
    const login = await call("/auth/jwt/login", { method: "POST", body })
    expect(login.status).toBe(200)
    const token = await jsonOf<{ access_token: string; token_type: string }>(login)
    expect(token).toEqual({ access_token: token.access_token, token_type: "bearer" })

    const headers = bearer(token.access_token)
    expect(await (await call("/users/me", { headers })).json()).toEqual(user)
    const patch = { email: `new-${email}`, is_superuser: true, password: null }
    const patched = await call("/users/me", {
      method: "PATCH",
      headers: { ...headers, ...json },
      body: JSON.stringify(patch)
    })
    expect(patched.status).toBe(200)
    expect(await patched.json()).toEqual({ ...user, email: `new-${email}` })
    const logout = await call("/auth/jwt/logout", { method: "POST", headers })
    expect({ status: logout.status, body: await logout.text() }).toEqual({ status: 204, body: "" })
    const dead = await call("/users/me", { headers })
    expect(dead.status).toBe(401)
    expect(dead.headers.get("www-authenticate")).toContain('error="invalid_token"')
  }
)
