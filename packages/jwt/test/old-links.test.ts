import { mailbox } from "@latchkey/core/testing"
import { describe, expect, it } from "vitest"
import type { OldTokens } from "../src/jwt-options.ts"
import { ada, forge, newPassword, openScene, type SceneOptions, START, setRow } from "./scene.ts"

const RESET = "Hc5Vn8Jq3Wd7Zf2M"
const VERIFY = "x9Kt4Bs6Ym1Rg8Pu"
const OLD = "b7Qe2Lw9Xr4Tn6Ys"
const header = { alg: "HS256", typ: "JWT" }

/** What an import leaves: a hash without our mark. */
const imported = "plain$2c5b5d8f"

/** A hash as the hasher of the tests makes one, as fastapi-users hashes the stored hash into its link. */
const fingerprintOf = async (stored: string): Promise<string> => {
  const { createHash } = await import("node:crypto")
  return `plain$${createHash("sha256").update(stored).digest("hex")}`
}

const openLinks = async (more: Partial<OldTokens> = {}, sceneOptions: SceneOptions = {}) => {
  const box = mailbox()
  const oldTokens = { key: OLD, resetKey: RESET, verifyKey: VERIFY, until: "2026-02-01", ...more }
  const scene = await openScene({ oldTokens }, { mailer: box.mailer, ...sceneOptions })
  setRow(scene.tables, scene.user, imported)
  const resetClaims = {
    sub: scene.user.id,
    password_fgpt: await fingerprintOf(imported),
    aud: "fastapi-users:reset",
    exp: START + 3_600
  }
  const verifyClaims = { sub: scene.user.id, email: ada.email, aud: "fastapi-users:verify", exp: START + 3_600 }
  return {
    ...scene,
    reset: (change: object = {}, secret = RESET) => forge(header, { ...resetClaims, ...change }, secret),
    verify: (change: object = {}, secret = VERIFY) => forge(header, { ...verifyClaims, ...change }, secret)
  }
}

const changed = { _tag: "CodeInvalid", reason: "changed" }
const unknown = { _tag: "CodeInvalid", reason: "unknown" }

describe("a link for a new password of the system before us", () => {
  it("JWT-12 sets one password, and ends every credential of the user", async () => {
    const { auth, reset, user, who } = await openLinks()
    const { secret } = await auth.sessions.open(user)
    const link = reset()
    expect(await auth.recovery.open(link, "reset")).toMatchObject({
      user: { id: user.id },
      code: { email: { typed: ada.email } }
    })
    expect(await auth.recovery.reset(link, newPassword)).toMatchObject({ id: user.id })
    expect(await who(secret)).toBeNull()
    expect(await auth.sessions.logIn({ ...ada, password: newPassword })).toMatchObject({ user: { id: user.id } })
    await expect(auth.recovery.reset(link, newPassword)).rejects.toMatchObject(changed)
    await expect(auth.recovery.open(link, "reset")).rejects.toMatchObject(changed)
  })

  it("JWT-12 of parallel ones is used once", async () => {
    const { auth, reset } = await openLinks()
    const link = reset()
    const all = await Promise.allSettled([1, 2, 3, 4].map((at) => auth.recovery.reset(link, `${newPassword} ${at}`)))
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
  })

  it("JWT-12 proves no address: it does not say to which it went", async () => {
    const { auth, reset } = await openLinks()
    expect(await auth.recovery.reset(reset(), newPassword)).toMatchObject({ isVerified: false })
    expect(await auth.audit.list({ type: "email.verified" })).toEqual([])
  })

  it("JWT-12 is of the password that the user had: a log-in, which renews the hash, ends it", async () => {
    const { auth, reset, tables, user } = await openLinks()
    await expect(
      auth.recovery.reset(reset({ password_fgpt: await fingerprintOf("another") }), newPassword)
    ).rejects.toMatchObject(changed)
    const link = reset()
    setRow(tables, user, `nfc:${imported}`)
    await expect(auth.recovery.reset(link, newPassword)).rejects.toMatchObject(changed)
    setRow(tables, user, null)
    await expect(auth.recovery.reset(link, newPassword)).rejects.toMatchObject(changed)
  })

  it("JWT-12 RAT-20 counts what comes to nothing, because it costs a hash", async () => {
    const { auth, reset } = await openLinks({}, { throttle: { perAccountAndNetwork: 3 } })
    const bad = reset({ password_fgpt: await fingerprintOf("another") })
    const tags: Array<string> = []
    for (let count = 0; count < 5; count++)
      await auth.recovery.reset(bad, newPassword).catch((error: { readonly _tag: string }) => tags.push(error._tag))
    expect(tags).toEqual([...Array(3).fill("CodeInvalid"), ...Array(2).fill("TooManyAttempts")])
  })

  it("JWT-12 a refused password leaves it as it is", async () => {
    const { auth, reset } = await openLinks()
    await expect(auth.recovery.reset(reset(), "short")).rejects.toMatchObject({ _tag: "PasswordRefused" })
    expect(await auth.recovery.reset(reset(), newPassword)).not.toBeNull()
  })

  it("JWT-12 with a fingerprint that is no hash, or too costly, is refused without one", async () => {
    const { auth, reset } = await openLinks()
    for (const password_fgpt of ["", "junk", "$argon2id$v=19$m=4294967295,t=1000,p=255$c2FsdHNhbHQ$aGFzaA"])
      await expect(auth.recovery.reset(reset({ password_fgpt }), newPassword)).rejects.toMatchObject(changed)
  })
})

describe("a link that verifies an address, of the system before us", () => {
  it("JWT-12 verifies it once, and says afterwards that it is done", async () => {
    const { auth, verify, user } = await openLinks()
    const link = verify()
    expect(await auth.recovery.open(link, "verify")).toMatchObject({ user: { id: user.id } })
    expect(await auth.recovery.verify(link)).toMatchObject({ isVerified: true })
    await expect(auth.recovery.verify(link)).rejects.toMatchObject({ _tag: "AlreadyVerified" })
  })

  it("JWT-12 is of the address that the user has, in any case, and of no other", async () => {
    const { auth, verify, user } = await openLinks()
    await expect(auth.recovery.verify(verify({ email: "ada@example.net" }))).rejects.toMatchObject(changed)
    const link = verify({ email: "Ada@Example.org" })
    await auth.users.change(user.id, { email: "ada@example.com" })
    await expect(auth.recovery.verify(link)).rejects.toMatchObject(changed)
    await auth.users.change(user.id, { email: ada.email })
    expect(await auth.recovery.verify(link)).toMatchObject({ isVerified: true })
  })
})

describe("links of both kinds", () => {
  it("JWT-12 end with whatever ends the user's credentials, and with their own time", async () => {
    const dead = async (end: (links: Awaited<ReturnType<typeof openLinks>>) => Promise<unknown>) => {
      const links = await openLinks()
      await end(links)
      const { auth, reset, verify } = links
      await expect(auth.recovery.reset(reset(), newPassword)).rejects.toMatchObject({ _tag: "CodeInvalid" })
      await expect(auth.recovery.verify(verify())).rejects.toMatchObject({ _tag: "CodeInvalid" })
    }
    await dead(({ auth, user }) => auth.users.endCredentials(user.id))
    await dead(({ auth, user }) => auth.users.change(user.id, { isActive: false }))
    await dead(({ auth, user }) => auth.users.remove(user.id))
    await dead(({ clock }) => clock.advance("1 hour"))
    await dead(({ clock }) => clock.advance("40 days"))
  })

  it("JWT-12 open nothing without their keys, with another key, or with another claim", async () => {
    const { auth, reset, verify } = await openLinks()
    const bad = [
      reset({}, VERIFY),
      reset({}, OLD),
      reset({ aud: "fastapi-users:verify" }),
      reset({ aud: "fastapi-users:auth" }),
      reset({ exp: undefined }),
      reset({ email: ada.email }),
      reset({ password_fgpt: undefined }),
      reset({ password_fgpt: 7 }),
      reset({ sub: "ada" })
    ]
    for (const link of bad) await expect(auth.recovery.reset(link, newPassword), link).rejects.toMatchObject(unknown)
    for (const link of [
      verify({}, RESET),
      verify({ aud: "fastapi-users:reset" }),
      verify({ email: [ada.email] }),
      reset()
    ])
      await expect(auth.recovery.verify(link), link).rejects.toMatchObject(unknown)
    const without = await openScene({ oldTokens: { key: OLD, until: "2026-02-01" } })
    await expect(without.auth.recovery.reset(reset(), newPassword)).rejects.toMatchObject(unknown)
    await expect(without.auth.recovery.verify(verify())).rejects.toMatchObject(unknown)
  })

  it("JWT-12 are told from junk by their form alone, for pages", async () => {
    const { auth, asked, reset, verify } = await openLinks()
    asked.length = 0
    expect(await auth.recovery.isCode(reset(), "reset")).toBe(true)
    expect(await auth.recovery.isCode(verify(), "verify")).toBe(true)
    for (const [text, purpose] of [
      [reset(), "verify"],
      [reset(), "invite"],
      [verify({}, RESET), "verify"],
      ["a.b.c", "reset"],
      ["junk", "reset"]
    ] as const)
      expect(await auth.recovery.isCode(text, purpose), purpose).toBe(false)
    expect(asked.filter((name) => !name.endsWith(".removeExpired"))).toEqual([]) // of the sweeper
  })
})
