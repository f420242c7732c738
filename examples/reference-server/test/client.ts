import type { Server } from "./server.ts"

/** A password that every rule allows. */
export const goodPassword = "four words make it"

type Fields = Readonly<Record<string, string>>
type Target = Pick<Server, "url">

/** Posts a form as the server's own page would. Redirects are answers here, not followed. */
export const postForm = ({ url }: Target, path: string, fields: Fields, headers: Fields = {}): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: url, accept: "text/html", ...headers },
    body: new URLSearchParams(fields)
  })

/** Sends JSON as a program would. */
export const sendJson = (
  { url }: Target,
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  body?: object,
  token?: string
): Promise<Response> =>
  fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : bearer(token))
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

export const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
})

/** The JSON of an answer, of the shape that the test goes on to check. */
export const jsonOf = async <Body>(response: Response): Promise<Body> => (await response.json()) as Body

/** Asks for a bearer token with a password. */
export const requestToken = ({ url }: Target, username: string, password: string): Promise<Response> =>
  fetch(`${url}/auth/jwt/login`, { method: "POST", body: new URLSearchParams({ username, password }) })

/** A bearer token; fails when the server gives none. */
export const tokenFor = async (target: Target, username: string, password = goodPassword): Promise<string> => {
  const response = await requestToken(target, username, password)
  if (response.status !== 200) throw new Error(`no token for ${username}: ${response.status}`)
  return (await jsonOf<{ access_token: string }>(response)).access_token
}

/** The status of GET /users/me: 200 for a credential that is good. */
export const statusOfMe = async ({ url }: Target, headers: Fields): Promise<number> => {
  const response = await fetch(`${url}/users/me`, { headers })
  await response.arrayBuffer()
  return response.status
}

/** Makes the first administrator through the setup form. */
export const setUp = async (server: Server, username = "root", password = goodPassword): Promise<void> => {
  const token = new URL(server.setupLink ?? "").searchParams.get("token") ?? ""
  const fields = { username, email: "", password, password_confirm: password, token }
  const response = await postForm(server, "/setup/", fields)
  if (response.status !== 303) throw new Error(`setup was answered ${response.status}: ${await response.text()}`)
}

/** Registers a user as a program would. */
export const register = async (target: Target, username: string, password = goodPassword): Promise<void> => {
  const response = await sendJson(target, "POST", "/auth/register", { username, password })
  if (response.status !== 201) throw new Error(`${username} was not registered: ${await response.text()}`)
}

/** The cookies that an answer sets, by name; removed ones are empty. */
export const cookiesOf = (response: Response): Readonly<Record<string, string>> =>
  Object.fromEntries(
    response.headers.getSetCookie().map((cookie) => {
      const [pair = ""] = cookie.split(";")
      const equals = pair.indexOf("=")
      return [pair.slice(0, equals), pair.slice(equals + 1)]
    })
  )

/** Logs in with the form, and gives the Cookie header of a browser that did. */
export const cookieFor = async (target: Target, username: string, password = goodPassword): Promise<string> => {
  const response = await postForm(target, "/login", { username, password })
  if (response.status !== 303) throw new Error(`${username} was not logged in: ${response.status}`)
  return Object.entries(cookiesOf(response))
    .map(([name, value]) => `${name}=${value}`)
    .join("; ")
}

/** An access token that was just made, as its maker is told this once. */
export interface MadeToken {
  readonly id: string
  readonly token: string
}

/** Makes an access token with the bearer token of a session; it may read the demo's guarded route. */
export const makeToken = async (target: Target, session: string, name = "runner"): Promise<MadeToken> => {
  const response = await sendJson(target, "POST", "/tokens/", { name, scopes: ["demo:read"] }, session)
  if (response.status !== 201) throw new Error(`no access token: ${response.status} ${await response.text()}`)
  return jsonOf<MadeToken>(response)
}

/** Ends an access token with the bearer token of a session. */
export const revokeToken = async (target: Target, session: string, { id }: MadeToken): Promise<void> => {
  const { status } = await sendJson(target, "DELETE", `/tokens/${id}`, undefined, session)
  if (status !== 204) throw new Error(`not revoked: ${status}`)
}
