import { execFile, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"
import { goodPassword, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newFolder } from "./folders.ts"
import { type Mails, newMails } from "./mails.ts"
import { type Server, startServer } from "./server.ts"

const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined
const [hasPython, hasCurl] = [has("python3"), has("curl")]
if (!hasPython) console.warn("\nNO PYTHON: its tests are SKIPPED. Install python3.\n")
if (!hasCurl) console.warn("\nNO CURL: its tests are SKIPPED. Install curl.\n")

let server: Server
let mails: Mails
beforeAll(async () => {
  mails = newMails()
  const admin = { LATCHKEY_ADMIN_USERNAME: "root", LATCHKEY_ADMIN_PASSWORD: goodPassword }
  server = await startServer({ env: { ...admin, ...mails.env } })
})

const newPassword = "another password of four words"

/** A client as people write them for fastapi-users: it knows paths, bodies and names of errors, and nothing else. */
const client = `
import json, sys, urllib.error, urllib.request
base, step, *args = sys.argv[1:]

def post(path, body, form=False):
    data = body.encode() if form else json.dumps(body).encode()
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    request = urllib.request.Request(base + path, data, {"Content-Type": kind})
    try:
        with urllib.request.urlopen(request) as response:
            return [response.status, json.loads(response.read())]
    except urllib.error.HTTPError as error:
        return [error.code, json.loads(error.read())["detail"]]

steps = {
    "register": lambda email, password: post("/auth/register", {"email": email, "password": password}),
    "forgot": lambda email: post("/auth/forgot-password", {"email": email}),
    "reset": lambda token, password: post("/auth/reset-password", {"token": token, "password": password}),
    "request-verify": lambda email: post("/auth/request-verify-token", {"email": email}),
    "verify": lambda token: post("/auth/verify", {"token": token}),
    "empty": lambda path: post(path, {}),
}
print(json.dumps(steps[step](*args)))
`

describe.skipIf(!hasPython)("a Python client of fastapi-users", () => {
  const file = join(newFolder(), "client.py")
  writeFileSync(file, client)
  const run = async (...args: ReadonlyArray<string>): Promise<readonly [number, unknown]> => {
    const { stdout } = await promisify(execFile)("python3", [file, server.url, ...args])
    return JSON.parse(stdout)
  }

  test("registers, verifies, forgets and resets, and each body is what it was", async () => {
    const email = "python@example.org"
    const [status, user] = await run("register", email, goodPassword)
    const { id } = user as { readonly id: string }
    const registered = { id, email, is_active: true, is_superuser: false, is_verified: false }
    expect([status, user]).toEqual([201, registered])
    expect(await run("register", email, goodPassword)).toEqual([400, "REGISTER_USER_ALREADY_EXISTS"])

    expect(await run("request-verify", email)).toEqual([202, null])
    expect(await run("request-verify", "nobody@example.org")).toEqual([202, null])
    const { token: toVerify } = await mails.next(email, "verify", 2)
    expect(await run("verify", "no code")).toEqual([400, "VERIFY_USER_BAD_TOKEN"])
    expect(await run("verify", mails.to(email, "verify")[0]?.token ?? "")).toEqual([400, "VERIFY_USER_BAD_TOKEN"])
    expect(await run("verify", toVerify)).toEqual([200, { ...registered, is_verified: true }])
    expect(await run("verify", toVerify)).toEqual([400, "VERIFY_USER_ALREADY_VERIFIED"])

    const session = await tokenFor(server, email)
    expect(await run("forgot", email)).toEqual([202, null])
    expect(await run("forgot", "nobody@example.org")).toEqual([202, null])
    const { token: toReset } = await mails.next(email, "reset")
    expect(await run("verify", toReset)).toEqual([400, "VERIFY_USER_BAD_TOKEN"])
    expect(await run("reset", "no code", newPassword)).toEqual([400, "RESET_PASSWORD_BAD_TOKEN"])
    expect(await run("reset", toReset, "short")).toEqual([
      400,
      { code: "RESET_PASSWORD_INVALID_PASSWORD", reason: expect.stringContaining("too short") }
    ])
    expect(await run("reset", toReset, newPassword)).toEqual([200, null])
    expect(await run("reset", toReset, newPassword)).toEqual([400, "RESET_PASSWORD_BAD_TOKEN"])
    expect(await statusOfMe(server, { authorization: `Bearer ${session}` })).toBe(401)
    await tokenFor(server, email, newPassword)
  })

  test("that leaves a field out is told by 422 which one", async () => {
    const missing: Readonly<Record<string, ReadonlyArray<string>>> = {
      "/auth/forgot-password": ["email"],
      "/auth/request-verify-token": ["email"],
      "/auth/reset-password": ["token", "password"],
      "/auth/verify": ["token"]
    }
    for (const [path, fields] of Object.entries(missing)) {
      const [status, detail] = await run("empty", path)
      expect(status, path).toBe(422)
      expect(detail, path).toMatchObject(fields.map((field) => ({ loc: ["body", field] })))
    }
  })
})

describe.skipIf(!hasCurl)("curl", () => {
  /** Posts JSON; gives the status, the type without its charset, and the very bytes of the answer. */
  const post = async (path: string, body: object) => {
    const { stdout } = await promisify(execFile)("curl", [
      ...["--silent", "--max-time", "30", "--write-out", "\n%{http_code} %{content_type}"],
      ...["--header", "Content-Type: application/json", "--data", JSON.stringify(body), `${server.url}${path}`]
    ])
    const end = stdout.lastIndexOf("\n")
    return [stdout.slice(end + 1).split(";")[0], stdout.slice(0, end)]
  }

  test("gets `null` as JSON where fastapi-users gives it, whether the address is anybody's or not", async () => {
    const email = "curl@example.org"
    await post("/auth/register", { email, password: goodPassword })
    for (const each of [email, "nobody@example.org", "no address", ""])
      for (const path of ["/auth/forgot-password", "/auth/request-verify-token"])
        expect(await post(path, { email: each }), each).toEqual(["202 application/json", "null"])
    const { token } = await mails.next(email, "reset")
    const reset = { token, password: newPassword }
    expect(await post("/auth/reset-password", reset)).toEqual(["200 application/json", "null"])
    const [told, refused = ""] = await post("/auth/reset-password", reset)
    expect([told, JSON.parse(refused)]).toEqual([
      "400 application/problem+json",
      expect.objectContaining({ detail: "RESET_PASSWORD_BAD_TOKEN" })
    ])
  })
})

test("no code of a mail is in the store, on its disk, or in what the server says", async () => {
  const email = "hidden@example.org"
  const send = (path: string, body: object) => sendJson(server, "POST", path, body)
  expect((await send("/auth/register", { email, password: goodPassword })).status).toBe(201)
  expect((await send("/auth/forgot-password", { email })).status).toBe(202)
  const [toVerify, toReset] = [await mails.next(email, "verify"), await mails.next(email, "reset")]
  await fetch(toReset.link)
  expect((await send("/auth/verify", { token: toVerify.token })).status).toBe(200)
  const { place } = server
  const kept = `${await place.dump()}${place.bytes()}${server.output()}${server.log()}`
  expect(kept).toContain(email)
  expect(kept).toContain("/reset-password")
  // Where a hash is kept, the owner's part of the secret may stand beside it as their id: what counts is the secret part.
  for (const { token } of [toVerify, toReset]) expect(kept).not.toContain(token.slice(-24))
  expect(kept).not.toContain("lk_otc_")
})
