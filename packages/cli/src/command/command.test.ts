import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"
import { granted, numberWanted, pending, refusal, startFakeServer, TOKEN } from "../../test/fake-server.ts"
import { temporaryFolder } from "../../test/temporary-folder.ts"
import { testWorld } from "../../test/test-world.ts"
import { runCommand } from "./command.ts"

const lines = (text: string): object[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

it("login shows the code, keeps the token, and says who is logged in", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.answerPolls(pending, granted)
  const world = testWorld(folder.path)
  expect(await runCommand(["login", "--server", server.url], world)).toBe(0)
  expect(world.written()).toEqual({
    out: "",
    err: `Your browser opens this page. If it does not, open it yourself:

  ${server.url}/auth/cli?code=BCDFGHJK

Approve only if it shows this code: BCDF-GHJK

Waiting for the approval.
Logged in to ${server.url} as ada. The token ends on 2026-11-30 13:00 UTC.
`
  })
  expect(world.opened).toEqual([`${server.url}/auth/cli?code=BCDFGHJK`])
  expect(await world.tokens.get(server.url)).toMatchObject({ token: TOKEN })
  expect(server.received[1]?.form).toEqual({ client_id: "latchkey on workbench" })
})

it("login asks for what it is told to, under the name that it is given, and opens no browser if it shall not", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path, { env: { LATCHKEY_SERVER: server.url } })
  const scopes = ["--scope", "jobs:read jobs:write", "--scope", "jobs:read"]
  expect(await runCommand(["login", "--name", "deploy", "--no-browser", ...scopes], world)).toBe(0)
  expect(server.received[1]?.form).toEqual({ client_id: "deploy", scope: "jobs:read jobs:write" })
  expect(world.opened).toEqual([])
  expect(world.written().err).toMatch(/^Open this page in a browser:/)
})

it("login asks a person at a terminal for the number", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.answerPolls(numberWanted(3), numberWanted(2), granted)
  const world = testWorld(folder.path, { answers: ["111 111", "", "123 456"], env: { NO_COLOR: "1" } })
  expect(await runCommand(["login", "--server", server.url], world)).toBe(0)
  const { err } = world.written()
  expect(err).toContain("Approved. Enter the number that the page shows: 111 111\n")
  expect(err).toContain("That is not the number (2 attempts left). Enter the number that the page shows: \n")
  expect(err).toContain("Only digits, please. Enter the number that the page shows: 123 456\n")
  expect(server.polls().map(({ confirmation }) => confirmation)).toEqual([undefined, "111111", "123456"])
})

it("where nobody can type, the server is not told that the program can ask", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  await runCommand(["login", "--server", server.url], testWorld(folder.path))
  expect(server.received[1]?.form).not.toHaveProperty("confirmation")
})

it("login --json prints one object a line and nothing else, and no token", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.answerPolls({ status: 503 }, granted)
  const world = testWorld(folder.path)
  expect(await runCommand(["login", "--server", server.url, "--json"], world)).toBe(0)
  const { out, err } = world.written()
  expect(err).toBe("")
  expect(lines(out)).toEqual([
    {
      event: "code",
      server: server.url,
      user_code: "BCDF-GHJK",
      verification_uri: `${server.url}/auth/cli`,
      verification_uri_complete: `${server.url}/auth/cli?code=BCDFGHJK`,
      expires_at: "2026-11-30T12:05:00.000Z"
    },
    {
      event: "logged_in",
      server: server.url,
      user: { id: "01a2", username: "ada", email: "ada@example.org" },
      expires_at: "2026-11-30T13:00:15.000Z",
      scopes: ["jobs:read", "jobs:write"]
    }
  ])
})

it("login asks nobody to approve a token that could not be kept", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  writeFileSync(join(folder.path, "file"), "")
  const world = testWorld(folder.path)
  const path = join(folder.path, "file", "tokens.json") // there can be nothing below a file
  expect(await runCommand(["login", "--server", server.url], { ...world, tokens: { ...world.tokens, path } })).toBe(1)
  expect(world.written().err).toMatch(/tokens\.json cannot be used \(E[A-Z]+\)\./)
  expect(server.received).toEqual([])
})

it("with --json a failure has the name of the error that it stands for", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  const failureOf = async (...args: string[]) => {
    const exitCode = await runCommand([...args, "--json"], world)
    return { exitCode, ...lines(world.written().out)[0] }
  }
  expect(await failureOf("whoami")).toMatchObject({ exitCode: 6, error: "NotLoggedIn" })
  expect(await failureOf("login")).toMatchObject({ exitCode: 2, error: "WrongUsage" })
  const server = "http://127.0.0.1:1" // no server can be there: fetch refuses this port
  await world.tokens.set({ server, token: TOKEN, expiresAt: new Date(0), scopes: [] })
  expect(await failureOf("token")).toMatchObject({ exitCode: 6, error: "NotLoggedIn" })
  expect(await failureOf("logout")).toMatchObject({ exitCode: 5, error: "ServerUnreachable" })
})

it("login says so if a token is there that works, and asks nobody", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await runCommand(["login", "--server", server.url], world)
  world.written()
  expect(await runCommand(["login", "--scope", "jobs:read"], world)).toBe(0)
  expect(world.written().err).toMatch(/^You are logged in to .* already, as ada\. .* To log in again, add --force\.\n$/)
  expect(await runCommand(["login", "--json"], world)).toBe(0)
  expect(lines(world.written().out)).toMatchObject([{ event: "already_logged_in", user: { username: "ada" } }])
  expect(server.polls()).toHaveLength(1)
})

it("a log-in with --force, or for further scopes, replaces the token and ends the old one", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await world.tokens.set({ server: server.url, token: "lk_pat_old", expiresAt: null, scopes: ["jobs:read"] })
  server.on("/users/me", () => ({ body: { id: "01a2", username: "ada" } }))
  expect(await runCommand(["login", "--scope", "jobs:write"], world)).toBe(0)
  expect(server.received.filter(({ path }) => path === "/oauth/revoke").map(({ form }) => form)).toEqual([
    { token: "lk_pat_old" }
  ])
  expect(await world.tokens.get(server.url)).toMatchObject({ token: TOKEN })
  server.answerPolls({ body: { access_token: "lk_pat_third", token_type: "Bearer" } })
  expect(await runCommand(["login", "--force"], world)).toBe(0)
  expect(server.received.filter(({ path }) => path === "/oauth/revoke").at(-1)?.form).toEqual({ token: TOKEN })
})

it("of two terminals that log in at once, the later one ends the token that it replaces", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  server.on("/oauth/token", async () => {
    await world.tokens.set({ server: server.url, token: "lk_pat_other", expiresAt: null, scopes: [] })
    return granted
  })
  expect(await runCommand(["login", "--server", server.url], world)).toBe(0)
  expect(server.received.filter(({ path }) => path === "/oauth/revoke").map(({ form }) => form)).toEqual([
    { token: "lk_pat_other" }
  ])
  expect(await world.tokens.get(server.url)).toMatchObject({ token: TOKEN })
})

it("a dumb terminal gets no line that is drawn again", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path, { answers: [], env: { TERM: "dumb" } })
  expect(await runCommand(["login", "--server", server.url], world)).toBe(0)
  expect(world.written().err).not.toContain("\u001b")
})

it("a kept token that no longer works is no log-in", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await world.tokens.set({ server: server.url, token: "lk_pat_dead", expiresAt: null, scopes: [] })
  expect(await runCommand(["login"], world)).toBe(0)
  expect(await world.tokens.get(server.url)).toMatchObject({ token: TOKEN })
})

it("a token that cannot be kept is ended at once", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  server.on("/oauth/token", () => {
    writeFileSync(world.tokens.path, "{")
    return granted
  })
  expect(await runCommand(["login", "--server", server.url], world)).toBe(1)
  expect(world.written().err).toContain("tokens.json cannot be read: it is not JSON.")
  expect(server.received.at(-1)).toMatchObject({ path: "/oauth/revoke", form: { token: TOKEN } })
})

it("a broken file is told before anybody is asked to approve", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  writeFileSync(join(folder.path, "tokens.json"), "{")
  expect(await runCommand(["login", "--server", server.url], testWorld(folder.path))).toBe(1)
  expect(server.received).toEqual([])
})

it("each ending has its exit code, and a sentence", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  const endingOf = async (...args: string[]) => {
    const code = await runCommand([...args, "--server", server.url], world)
    return [code, world.written().err.split("\n").at(-2)]
  }
  server.answerPolls(refusal("access_denied"))
  expect(await endingOf("login")).toEqual([3, `latchkey: The log-in to ${server.url} was denied.`])
  server.answerPolls(refusal("expired_token"))
  expect(await endingOf("login")).toEqual([4, expect.stringContaining("has expired before somebody approved it")])
  server.answerPolls(refusal("invalid_grant", { error_description: "Unknown." }))
  expect(await endingOf("login")).toEqual([1, expect.stringContaining("refused the request: Unknown. (invalid_grant)")])
  for (const name of ["whoami", "token", "logout"])
    expect(await endingOf(name)).toEqual([6, `latchkey: Not logged in to ${server.url}.`])
  await server.close()
  expect(await endingOf("login")).toEqual([5, expect.stringContaining("cannot be reached")])
})

it("with --json an ending is an object", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.answerPolls(refusal("access_denied"))
  const world = testWorld(folder.path)
  expect(await runCommand(["login", "--json", "--server", server.url], world)).toBe(3)
  const { out, err } = world.written()
  expect(lines(out).at(-1)).toEqual({ error: "LoginDenied", message: `The log-in to ${server.url} was denied.` })
  expect(err).toBe("")
})

it("Ctrl-C ends the log-in with the code that shells expect", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const stopped = new AbortController()
  server.on("/oauth/token", () => {
    stopped.abort()
    return pending
  })
  const world = testWorld(folder.path, { signal: stopped.signal })
  expect(await runCommand(["login", "--server", server.url], world)).toBe(130)
  expect(await world.tokens.list()).toEqual([])
})

it("whoami tells who it is and what the token allows, to people and to programs", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await runCommand(["login", "--server", server.url], world)
  world.written()
  expect(await runCommand(["whoami"], world)).toBe(0)
  expect(world.written()).toEqual({
    out: `ada on ${server.url}\nThe token allows: jobs:read, jobs:write.\nIt ends on 2026-11-30 13:00 UTC.\n`,
    err: ""
  })
  expect(await runCommand(["whoami", "--json"], world)).toBe(0)
  expect(lines(world.written().out)).toEqual([
    {
      server: server.url,
      user: { id: "01a2", username: "ada", email: "ada@example.org" },
      expires_at: "2026-11-30T13:00:05.000Z",
      scopes: ["jobs:read", "jobs:write"]
    }
  ])
})

it("whoami forgets a token that the server has ended, and keeps one in an outage", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await world.tokens.set({ server: server.url, token: "lk_pat_dead", expiresAt: null, scopes: [] })
  const answer = () => ({ status: 503 })
  server.on("/.well-known/oauth-authorization-server", answer)
  expect(await runCommand(["whoami"], world)).toBe(5)
  expect(await world.tokens.get(server.url)).not.toBeNull()
  server.on("/.well-known/oauth-authorization-server", () => ({ body: server.metadata() }))
  expect(await runCommand(["whoami"], world)).toBe(6)
  expect(world.written().err).toContain("no longer accepts the token. Log in again.")
  expect(await world.tokens.get(server.url)).toBeNull()
})

it("token prints the token and a line end, and asks no server", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  await world.tokens.set({ server: "https://a.example", token: TOKEN, expiresAt: null, scopes: [] })
  expect(await runCommand(["token"], world)).toBe(0)
  expect(world.written()).toEqual({ out: `${TOKEN}\n`, err: "" })
  expect(await runCommand(["token", "--json"], world)).toBe(0)
  expect(lines(world.written().out)).toEqual([
    { server: "https://a.example", token: TOKEN, expires_at: null, scopes: [] }
  ])
})

it("token prints none that has expired", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  const expiresAt = new Date(world.clock.now() + 1000)
  await world.tokens.set({ server: "https://a.example", token: TOKEN, expiresAt, scopes: [] })
  expect(await runCommand(["token"], world)).toBe(0)
  world.written()
  world.clock.advance(1000)
  expect(await runCommand(["token"], world)).toBe(6)
  expect(world.written()).toEqual({
    out: "",
    err: "latchkey: The token of https://a.example has expired on 2026-11-30 12:00 UTC. Log in again.\n"
  })
})

it("logout ends the token at the server, and then forgets it", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await world.tokens.set({ server: server.url, token: TOKEN, expiresAt: null, scopes: [] })
  expect(await runCommand(["logout"], world)).toBe(0)
  expect(world.written()).toEqual({ out: "", err: `Logged out of ${server.url}.\n` })
  expect(server.received.at(-1)).toMatchObject({ path: "/oauth/revoke", form: { token: TOKEN } })
  expect(await world.tokens.get(server.url)).toBeNull()
})

it("a logout that the server does not hear of keeps the token, unless it is forced", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  await world.tokens.set({ server: server.url, token: TOKEN, expiresAt: null, scopes: [] })
  server.on("/oauth/revoke", () => ({ status: 503 }))
  expect(await runCommand(["logout"], world)).toBe(5)
  expect(world.written().err).toMatch(/http 503.* The token is kept\. To forget it here all the same, add --force\.\n$/)
  expect(await world.tokens.get(server.url)).not.toBeNull()
  expect(await runCommand(["logout", "--force", "--json"], world)).toBe(0)
  expect(lines(world.written().out)).toEqual([{ event: "logged_out", server: server.url, revoked: false }])
  expect(await world.tokens.get(server.url)).toBeNull()
})

it("the server is the named one, else that of the last log-in; without either it is asked for", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  expect(await runCommand(["login"], world)).toBe(2)
  expect(world.written().err).toContain("Which server?")
  expect(await runCommand(["token"], world)).toBe(6)
  expect(world.written().err).toContain("latchkey login --server")
  for (const name of ["a", "b", "c"])
    await world.tokens.set({ server: `https://${name}.example`, token: `lk_pat_${name}`, expiresAt: null, scopes: [] })
  await runCommand(["token"], world)
  expect(world.written().out).toBe("lk_pat_c\n")
  await runCommand(["token"], { ...world, env: { LATCHKEY_SERVER: "https://a.example/" } })
  expect(world.written().out).toBe("lk_pat_a\n")
  await runCommand(["token", "--server", "https://b.example"], {
    ...world,
    env: { LATCHKEY_SERVER: "https://a.example" }
  })
  expect(world.written().out).toBe("lk_pat_b\n")
  await world.tokens.remove("https://c.example")
  expect(await runCommand(["token"], world)).toBe(2)
  expect(world.written().err).toBe(
    "latchkey: Which server? Name one with --server:\nhttps://a.example\nhttps://b.example\n"
  )
})

it("wrong usage is told, and is no failure of the log-in", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  const usages = [
    [],
    ["frobnicate"],
    ["login", "--frobnicate"],
    ["login", "extra"],
    ["login", "--server", "example.org"],
    ["login", "--server", "http://example.org"],
    ["login", "--scope", 'a"b'],
    ["login", "--name", ""]
  ]
  for (const usage of usages) {
    expect(await runCommand(usage, world), usage.join(" ")).toBe(2)
    const { out, err } = world.written()
    expect([out, err !== ""], usage.join(" ")).toEqual(["", true])
  }
})

it("help has the exit codes, and the version is the package's", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  expect(await runCommand(["--help"], world)).toBe(0)
  expect(world.written().out).toMatch(/login[\s\S]*whoami[\s\S]*logout[\s\S]*token[\s\S]*130 stopped by Ctrl-C/)
  expect(await runCommand(["login", "--help"], world)).toBe(0)
  expect(world.written().out).toContain("--no-browser")
  expect(await runCommand(["--version"], world)).toBe(0)
  expect(world.written().out).toBe("1.2.3\n")
})

it("--unsafe-http allows a server without encryption", async () => {
  using folder = temporaryFolder()
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async (url) => {
    asked.push(String(url))
    return new Response("", { status: 404 })
  }
  const world = testWorld(folder.path, { fetch })
  expect(await runCommand(["login", "--server", "http://example.org"], world)).toBe(2)
  expect(asked).toEqual([])
  expect(await runCommand(["login", "--server", "http://example.org", "--unsafe-http"], world)).toBe(1)
  expect(asked).toEqual(["http://example.org/.well-known/oauth-authorization-server"])
})

it("nothing but the command `token` and its file ever has the token", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  const world = testWorld(folder.path)
  for (const args of [
    ["login", "--server", server.url],
    ["login"],
    ["whoami"],
    ["whoami", "--json"],
    ["logout", "--json"]
  ])
    await runCommand(args, world)
  const { out, err } = world.written()
  expect(out + err).not.toContain(TOKEN)
  expect(readFileSync(world.tokens.path, "utf8")).not.toContain(TOKEN) // logged out
})

it("wrong usage repeats no value, which may be a secret: it names the option, and counts the arguments", async () => {
  using folder = temporaryFolder()
  const world = testWorld(folder.path)
  const told = async (...args: string[]) => {
    expect(await runCommand(args, world), args.join(" ")).toBe(2)
    const { err } = world.written()
    expect(err).not.toMatch(/s3cret|hunter/)
    return err
  }
  expect(await told("login", "https://ada:s3cret@host")).toContain("Expected 0 arguments but got 1: ….")
  expect(await told("login", "--servr=https://ada:s3cret@host")).toContain("unknown option '--servr'")
  expect(await told("login", "--pasword=hunter", "--json")).toContain("unknown option '--pasword'")
  expect(await told("login", "-phunter")).toContain("unknown option '-p'")
  expect(await told("https://ada:s3cret@host")).toContain("unknown command '…'")
  expect(await told("login", "--scope", 's3cret"')).toContain("--scope")
  expect(await told("login", "--name", "s3cret".repeat(20))).toContain("--name")
  expect(await told("logni")).toContain("unknown command 'logni'\n(Did you mean login?)")
})
