import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { bearer, goodPassword, jsonOf, register, sendJson, statusOfMe, tokenFor } from "./client.ts"
import { newFolder } from "./folders.ts"
import { type Server, startServer } from "./server.ts"

const guide = readFileSync(fileURLToPath(new URL("../../../docs/guides/cli-login.md", import.meta.url)), "utf8")

/** The fences of the guide in a language, in their order. */
const fencesOf = (language: string): ReadonlyArray<string> =>
  Array.from(guide.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms")), ([, code = ""]) => code)

const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined
const [hasPython, hasCurl] = [has("python3"), has("curl")]
if (!hasPython) console.warn("\nNO PYTHON: the program of the guide is SKIPPED. Install python3.\n")
if (!hasCurl) console.warn("\nNO CURL: the commands of the guide are SKIPPED. Install curl.\n")

let server: Server
beforeAll(async () => {
  server = await startServer({
    env: {
      LATCHKEY_ADMIN_USERNAME: "root",
      LATCHKEY_ADMIN_PASSWORD: goodPassword,
      LATCHKEY_TOKENS_SCOPES: "jobs:write=Start jobs",
      LATCHKEY_CLI_LOGIN_INTERVAL: "1 second"
    }
  })
})

/** A person with a session, who decides about codes. */
const newPerson = async (name: string) => {
  await register(server, name)
  const session = await tokenFor(server, name)
  const ask = (method: "PATCH" | "DELETE", code: string) =>
    sendJson(server, method, `/auth/cli-login/${code}`, undefined, session)
  return {
    session,
    approve: async (code: string) => {
      const answer = await ask("PATCH", code)
      expect(answer.status).toBe(200)
      return jsonOf<{ readonly number?: string }>(answer)
    },
    deny: async (code: string) => expect((await ask("DELETE", code)).status).toBe(204)
  }
}

/** A program that runs, with what it has said so far. */
const start = (command: string, args: ReadonlyArray<string>, cwd: string) => {
  const child: ChildProcess = spawn(command, args, { cwd, stdio: "pipe" })
  onTestFinished(() => void child.kill("SIGKILL"))
  let text = ""
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk
      for (const look of waiting) look()
    })
  const said = (wanted: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = wanted.exec(text)
        if (found === null) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      child.once("close", () => reject(new Error(`it ended, and said:\n${text}`)))
      look()
    })
  const ended = once(child, "close").then(([code]) => ({ code, text }))
  return { said, ended, type: (line: string) => void child.stdin?.write(`${line}\n`) }
}

describe.skipIf(!hasPython)("the Python program of the guide", () => {
  const run = async () => {
    const [program = "", ...others] = fencesOf("python")
    expect(others).toEqual([])
    const folder = newFolder()
    writeFileSync(join(folder, "acme.py"), program)
    const running = start("python3", ["acme.py", server.url], folder)
    const [, code = "", shown] = await running.said(/^Open \S+\/auth\/cli\?code=(\w{8}) and compare the code (\S+)$/m)
    expect(shown).toBe(`${code.slice(0, 4)}-${code.slice(4)}`)
    return { ...running, code }
  }

  test("logs in with the number of the page, says who its user is, and ends its token (DEV-20)", async () => {
    const person = await newPerson("pythonista")
    const { said, type, ended, code } = await run()
    const { number = "" } = await person.approve(code)
    await said(/Number on the page: $/)
    type(`${number.slice(0, 3)} ${number.slice(3)}`)
    const { code: exit, text } = await ended
    expect(exit).toBe(0)
    expect(text).toContain('"username": "pythonista"')
    const tokens = await fetch(`${server.url}/tokens/`, { headers: bearer(person.session) })
    expect(await tokens.text()).not.toContain("acme")
  })

  test("asks again after a wrong number, and is denied after the third (DEV-20)", async () => {
    const person = await newPerson("mistaken")
    const { said, type, ended, code } = await run()
    const { number = "" } = await person.approve(code)
    const wrong = number === "000000" ? "000001" : "000000"
    for (const times of [1, 2, 3]) {
      await said(new RegExp(`(?:Number on the page: .*){${times}}$`, "s"))
      type(wrong)
    }
    expect(await ended).toMatchObject({
      code: 1,
      text: expect.stringContaining("The program was not allowed to log in.")
    })
  })

  test("stops when its user denies it", async () => {
    const person = await newPerson("denier")
    const { ended, code } = await run()
    await person.deny(code)
    expect(await ended).toMatchObject({
      code: 1,
      text: expect.stringContaining("The program was not allowed to log in.")
    })
  })
})

test.skipIf(!hasCurl)("the curl commands of the guide begin, ask, use and end", async () => {
  const person = await newPerson("curler")
  const commands = fencesOf("sh").map((code) =>
    code.replaceAll("http://localhost:3000", server.url).replaceAll("\\\n", " ")
  )
  const [begin = "", ask = "", use = ""] = commands
  const curl = async (line: string, env: Readonly<Record<string, string>> = {}) => {
    const { status, stdout } = spawnSync("sh", ["-c", line], { encoding: "utf8", env: { ...process.env, ...env } })
    expect(status).toBe(0)
    return JSON.parse(stdout)
  }
  const asked = await curl(begin)
  expect(Object.keys(asked)).toEqual(keysIn(fencesOf("text")[1]))
  const device = { DEVICE_CODE: asked.device_code }
  const [pending = "", granted = ""] = (fencesOf("text")[2] ?? "").split("\n")
  expect(await curl(ask, device)).toEqual(JSON.parse(pending.slice(4)))
  await person.approve(asked.user_code)
  const got = await curl(ask, device)
  expect(Object.keys(got)).toEqual(keysIn(granted))
  expect(got).toMatchObject({ token_type: "Bearer", scope: "jobs:write" })

  // The reference server has no jobs, so the token is used at a route that it has.
  const [useIt = "", endIt = ""] = use.trim().split("\n")
  const token = { TOKEN: got.access_token }
  expect(await curl(useIt.replace("-X POST", "").replace("/jobs", "/users/me"), token)).toMatchObject({
    username: "curler"
  })
  expect(await curl(endIt, token)).toEqual({})
  expect(await statusOfMe(server, bearer(got.access_token))).toBe(401)
})

/** The members of an answer that the guide shows. */
const keysIn = (shown = ""): ReadonlyArray<string> => Array.from(shown.matchAll(/"(\w+)":/g), ([, name = ""]) => name)
