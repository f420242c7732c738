/** A workspace of pnpm may have a copy of a package for each set of its peers. */
import { StoreError, signedIn } from "@latchkey/core"
import { expect, onTestFinished, test, vi } from "vitest"
import { ada, loggedIn, majors, openSite, served } from "./site.ts"

test.each(majors)("%s: a handler finds whom the guard of another copy of the adapter allowed", async (_, makeApp) => {
  const { routes, guard } = await openSite()
  vi.resetModules()
  const other = await import("@latchkey/adapter-express")
  const app = makeApp()
  app.use(routes)
  app.use("/me", guard(signedIn), (req, res) => {
    expect(
      Object.getOwnPropertySymbols({ ...req })
        .map(String)
        .join()
    ).not.toContain("latchkey") // so no log shows it
    res.end(other.identityOf(req).user.username)
  })
  const ask = await served(app)
  expect(await (await ask("/me", { headers: await loggedIn(ask) })).text()).toBe(ada.username)
})

test.each(majors)("%s: an Auth and policies of another copy of core are served", async (_, makeApp) => {
  const { expressAuth } = await import("@latchkey/adapter-express")
  vi.resetModules()
  const core = await import("@latchkey/core")
  const { createTestAuth } = await import("@latchkey/core/testing")
  expect(core.StoreError).not.toBe(StoreError)
  const { auth } = await createTestAuth()
  onTestFinished(() => auth.close())
  await auth.users.create(ada)
  const { routes, guard } = expressAuth(auth)
  const away = new core.StoreError({ operation: "users.find", cause: "SQLITE_BUSY" })
  const app = makeApp()
  app.use(routes)
  app.use("/me", guard(core.signedIn), (_req, res) => void res.end("in"))
  app.use(
    "/away",
    guard(signedIn, () => Promise.reject(away)),
    (_req, res) => void res.end("in")
  )
  const ask = await served(app)
  const headers = await loggedIn(ask)
  expect([(await ask("/me", { headers })).status, (await ask("/away", { headers })).status]).toEqual([200, 503])
})
