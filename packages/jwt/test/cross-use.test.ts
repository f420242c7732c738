import { reveal } from "@latchkey/core"
import { createTestAuth, mailbox } from "@latchkey/core/testing"
import { describe, expect, it } from "vitest"
import { jwt } from "../src/jwt.ts"
import { ada, forge, hs256, newPassword, openScene, START } from "./scene.ts"

const OLD = "b7Qe2Lw9Xr4Tn6Ys"
const RESET = "Hc5Vn8Jq3Wd7Zf2M"
const VERIFY = "x9Kt4Bs6Ym1Rg8Pu"
const header = { alg: "HS256", typ: "JWT" }

describe("credentials of every kind", () => {
  it("JWT-05 open the doors of their kind and no other", async () => {
    const box = mailbox()
    const oldTokens = { key: OLD, resetKey: RESET, verifyKey: VERIFY, until: "2026-02-01" }
    const scene = await openScene({ oldTokens }, { mailer: box.mailer, cliLogin: { result: "session" } })
    const { auth, clock, user, who } = scene
    await clock.advance("1 second")
    const verifyCode = box.newest("verify").token ?? ""
    await auth.recovery.forgot(ada.email)
    await clock.advance("1 second")
    const resetCode = box.newest("reset").token ?? ""
    const browser = await auth.sessions.logIn(
      { username: "root", password: "a quiet lantern over grey water" },
      { kind: "browser" }
    )
    const stateless = await openScene({ stateless: true, oldTokens }, { tables: scene.tables })
    const unset = await createTestAuth({ admin: null, accessTokens: jwt({ keys: [hs256], oldTokens }) })
    const begun = await auth.cliLogins.begin({ program: "mill" })
    const exp = START + 3_600
    const credentials: Readonly<Record<string, string>> = {
      cookie: reveal(browser.secret),
      session: reveal((await auth.sessions.open(user)).secret),
      stateless: reveal((await stateless.auth.sessions.open(user)).secret),
      token: reveal((await auth.tokens.issue({ user, scopes: "all" }, { name: "mill" })).secret),
      device: reveal(await auth.sessions.rememberDevice(user)),
      verifyCode,
      resetCode,
      cli: reveal(begun.secret),
      setup: reveal((await unset.auth.setup.issueToken()) ?? ""),
      oldToken: forge(header, { sub: user.id, aud: "fastapi-users:auth", exp }, OLD),
      oldReset: forge(header, { sub: user.id, password_fgpt: "plain$", aud: "fastapi-users:reset", exp }, RESET),
      oldVerify: forge(header, { sub: user.id, email: ada.email, aud: "fastapi-users:verify", exp }, VERIFY)
    }
    const refused = (error: { readonly _tag?: string }) => {
      if (error._tag === undefined || error._tag === "StoreError") throw error
      return false
    }
    const basic = (text: string) => `Basic ${Buffer.from(`__token__:${text}`).toString("base64")}`
    const doors: Readonly<Record<string, (text: string) => Promise<boolean>>> = {
      cookie: async (text) => (await auth.identify({ authorization: null, sessionCookie: text })) !== null,
      bearer: async (text) => (await who(text)) !== null,
      basic: (text) =>
        auth
          .identify({ authorization: basic(text), sessionCookie: null })
          .then((identity) => identity !== null, refused),
      verify: (text) => auth.recovery.open(text, "verify").then(() => true, refused),
      reset: (text) => auth.recovery.open(text, "reset").then(() => true, refused),
      invite: (text) => auth.recovery.open(text, "invite").then(() => true, refused),
      changeEmail: (text) => auth.recovery.open(text, "change-email").then(() => true, refused),
      cli: (text) => auth.cliLogins.collect({ secret: text }).then(() => true, refused),
      setup: (text) =>
        unset.auth.setup
          .createFirstAdmin({ token: text, username: "mallory", password: newPassword })
          .then(() => true, refused)
    }
    const opened: Record<string, ReadonlyArray<string>> = {}
    for (const [name, text] of Object.entries(credentials)) {
      const through: Array<string> = []
      for (const [door, open] of Object.entries(doors)) if (await open(text)) through.push(door)
      opened[name] = through
    }
    expect(opened).toEqual({
      cookie: ["cookie"],
      session: ["bearer"],
      stateless: ["bearer"],
      token: ["bearer", "basic"],
      device: [],
      verifyCode: ["verify"],
      resetCode: ["reset"],
      cli: ["cli"],
      setup: ["setup"],
      oldToken: ["bearer"],
      oldReset: ["reset"],
      oldVerify: ["verify"]
    })
  })
})
