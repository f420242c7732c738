import { createTestAuth, type TestAuthOptions } from "@latchkey/core/testing"
import * as Logger from "effect/Logger"
import { expect, onTestFinished, test } from "vitest"
import { makeSurface, type SurfaceOptions } from "../make-surface.ts"

const ada = { username: "ada", password: "seven quiet herons at dusk" }

/** What is logged while an `Auth` and its surface are made. */
const started = async (options: TestAuthOptions, ...surfaces: ReadonlyArray<SurfaceOptions>) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(String(message)))
  const { auth } = await createTestAuth({ ambient: Logger.layer([logger]), ...options })
  onTestFinished(() => auth.close())
  for (const each of surfaces.length === 0 ? [{}] : surfaces) makeSurface(auth, each)
  return { auth, lines, log: lines.join("\n") }
}

const tokenIn = (log: string): string => log.match(/lk_set_[0-9A-Za-z]+/)?.[0] ?? ""

test("SET-01 the setup link is logged with a token that opens setup, once", async () => {
  const { auth, log } = await started({ admin: null, publicUrl: "https://app.example.org" })
  expect(log).toContain("Create the first one at https://app.example.org/setup/?token=lk_set_")
  expect(await auth.setup.createFirstAdmin({ ...ada, token: tokenIn(log) })).toMatchObject({ isSuperuser: true })
})

test("SET-11 each start logs another token, and none once setup is done", async () => {
  const one = await started({ admin: null })
  const other = await started({ admin: null })
  expect([tokenIn(one.log) === tokenIn(other.log), tokenIn(one.log) === ""]).toEqual([false, false])
  await other.auth.setup.createFirstAdmin({ ...ada, token: tokenIn(other.log) })
  makeSurface(other.auth)
  expect(other.lines).toHaveLength(1)
})

test("SET-01 of several surfaces the first that serves the setup page logs its link, which no other ends", async () => {
  const { auth, lines, log } = await started(
    { admin: null },
    { routes: { setup: false } },
    { basePath: "/auth" },
    { basePath: "/v1" }
  )
  expect(lines).toHaveLength(1)
  expect(log).toContain("http://localhost:3000/auth/setup/?token=lk_set_")
  expect(await auth.setup.createFirstAdmin({ ...ada, token: tokenIn(log) })).toMatchObject({ isSuperuser: true })
})

test.each<[string, TestAuthOptions]>([
  ["it is told not to", { admin: null, setup: { announce: false } }],
  ["the host chose the token", { admin: null, setup: { token: "k3vQ-9xTz-81mNw0" } }],
  ["setup asks for none", { admin: null, setup: { unsafeOpen: true } }],
  ["an administrator is configured", {}]
])("SET-01 no token is logged when %s", async (_, options) => {
  expect((await started(options)).log).not.toMatch(/token|k3vQ|lk_set/)
})

test.each<[string, SurfaceOptions]>([
  ["a mistyped name", { basPath: "/auth" } as SurfaceOptions],
  ["a bad path", { basePath: "auth/" }],
  ["a page that is none", { pages: { login: "login" as never } }],
  ["a group that there is not", { routes: { lgoin: false } as SurfaceOptions["routes"] & object }],
  ["texts that are none", { texts: {} as never }],
  ["a stylesheet from elsewhere", { stylesheet: "https://cdn.example.org/x.css" }],
  ["an id that is no function", { requestId: "x-request-id" as never }]
])("SET-01 no setup link is logged before the options are judged: not with %s", async (_, options) => {
  const lines: Array<string> = []
  const logger = Logger.make(({ message }) => void lines.push(String(message)))
  const { auth } = await createTestAuth({ ambient: Logger.layer([logger]), admin: null })
  onTestFinished(() => auth.close())
  expect(() => makeSurface(auth, options)).toThrow()
  expect(() => makeSurface(auth, { administration: { columns: 5 } as never })).toThrow()
  expect(lines).toEqual([])
})
