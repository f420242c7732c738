import { expect, test } from "vitest"
import { bearer, jsonOf, postForm, register, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newPlace } from "./combinations.ts"
import { CYCLES, livelyEnv } from "./lives.ts"
import { type Server, startServer } from "./server.ts"

const env = {
  ...livelyEnv,
  LATCHKEY_THROTTLE_CLI_LOGINS: "1000000",
  LATCHKEY_TOKENS_PER_USER: "1000",
  LATCHKEY_CLI_LOGIN_LIFETIME: "10 minutes"
}
/** How many programs wait when the server dies. */
const PROGRAMS = 12
/** How many polls have been answered then; some servers die before the first. */
const answeredBefore = (cycle: number): number => (cycle * 7) % 41

/** A program that waits, whose name no other one has. */
interface Program {
  readonly name: string
  readonly deviceCode: string
  /** The token that it got; null for none so far. */
  token: string | null
}

const begin = async (server: Server, name: string, session: string): Promise<Program> => {
  const begun = await postForm(server, "/oauth/device_authorization", { client_id: name })
  const { device_code, user_code } = await jsonOf<Readonly<Record<string, string>>>(begun)
  expect((await sendJson(server, "PATCH", `/auth/cli-login/${user_code}`, undefined, session)).status).toBe(200)
  return { name, deviceCode: device_code ?? "", token: null }
}

/** Polls; keeps the token if there is one, and gives the word for it if not. Rejects when there is no answer. */
const poll = async (server: Server, program: Program): Promise<string | null> => {
  const answer = await postForm(server, "/oauth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    device_code: program.deviceCode,
    client_id: program.name
  })
  const { access_token: token, error } = await jsonOf<Readonly<Record<string, string>>>(answer)
  if (token === undefined) return error ?? null
  expect(program.token, program.name).toBeNull()
  program.token = token
  return null
}

test("X01 a server that dies while programs collect their tokens leaves one token of each, or none (DEV-06, DEV-08)", {
  timeout: CYCLES * 20_000
}, async () => {
  const place = newPlace()
  const programs: Array<Program> = []
  let server = await startServer({ place, env })
  await register(server, "collector")
  const session = await tokenFor(server, "collector")

  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const names = Array.from({ length: PROGRAMS }, (_, n) => `program ${cycle}.${n}`)
    const waiting: Array<Program> = []
    for (const name of names) waiting.push(await begin(server, name, session)) // a user enters few codes at one moment (DEV-04)
    programs.push(...waiting)
    let answered = 0
    const strike = () => {
      if (answered === answeredBefore(cycle)) void server.kill()
    }
    strike()
    const pollOnce = (program: Program) =>
      poll(server, program).then(
        () => {
          answered += 1
          strike()
        },
        (error: unknown) => {
          if (!(error instanceof TypeError)) throw error // fetch says so when the server has gone
        }
      )
    await Promise.all([...waiting, ...waiting, ...waiting, ...waiting].map(pollOnce))
    await server.kill()

    server = await startServer({ place, env })
    const words = await Promise.all(waiting.map((program) => poll(server, program)))
    expect(words.filter((word) => word !== null && word !== "invalid_grant")).toEqual([])
  }

  const listed: Array<string> = []
  for (let next: string | null = "/tokens/?limit=100"; next !== null; ) {
    const page: Response = await fetch(`${server.url}${next}`, { headers: bearer(session) })
    listed.push(...(await jsonOf<ReadonlyArray<{ readonly name: string }>>(page)).map(({ name }) => name))
    next = /<(?:https?:\/\/[^/>]+)?([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1] ?? null
  }
  expect(new Set(listed).size).toBe(listed.length)
  const got = programs.filter(({ token }) => token !== null)
  expect(got.length).toBeGreaterThan(0)
  for (const { name, token } of got) {
    expect(listed).toContain(name)
    expect(await statusOfMe(server, bearer(token ?? ""))).toBe(200)
  }
})
