import { hash, randomBytes } from "node:crypto"
import { honoAuth } from "@latchkey/adapter-hono"
import { createAuth, signedIn } from "@latchkey/core"
import { redisStore } from "@latchkey/store-redis"
import { Hono } from "hono"
import { createClient } from "redis"
import {
  bareHono,
  basicHeaders,
  browserHeaders,
  junkHeaders,
  type MakeContender,
  onHono,
  password,
  programHeaders,
  publicUrl,
  tokenHeaders,
  withOthers
} from "./contender.ts"
import { sessionIn } from "./sqlite-floor.ts"

/** The least code that checks a session in Redis: find the cookie, hash it, read session and user in one go, compare the end. */
const floor: MakeContender = async ({ redisUrl }) => {
  const redis = createClient({ url: redisUrl, commandOptions: { timeout: 0 } }) // an AbortSignal for each command, else
  await redis.connect()
  const secret = randomBytes(32).toString("base64url")
  await redis.set("floor:user:u", JSON.stringify({ name: "ada", isActive: true, epoch: 0 }))
  const row = { userId: "u", epoch: 0, expiresAt: Date.now() + 3_600_000 }
  await redis.set(`floor:session:u:${hash("sha256", secret, "hex")}`, JSON.stringify(row))
  const check = async (cookies: string): Promise<boolean> => {
    const key = `floor:session:u:${hash("sha256", sessionIn(cookies), "hex")}`
    const [found, owner] = await Promise.all([redis.get(key), redis.get("floor:user:u")])
    if (found === null || owner === null) return false
    const [ours, user] = [JSON.parse(found), JSON.parse(owner)]
    return user.isActive && user.epoch === ours.epoch && ours.expiresAt > Date.now()
  }
  const app = new Hono().get(
    "/me",
    async (c, next) => {
      if (!(await check(c.req.header("cookie") ?? ""))) return c.text("no", 401)
      await next()
    },
    (c) => c.text("ok")
  )
  return { listen: onHono(app), headers: { cookie: withOthers(`session=${secret}`) } }
}

const latchkey =
  (headersOf: typeof browserHeaders): MakeContender =>
  async ({ redisUrl }) => {
    const prefix = `bench-${randomBytes(4).toString("hex")}`
    const store = redisStore(redisUrl, { prefix, unsafeNoPersistence: true })
    const auth = await createAuth({ publicUrl, store, admin: { username: "ada", password, mustChangePassword: false } })
    const { guard } = honoAuth(auth)
    const app = new Hono().get("/me", guard(signedIn), (c) => c.text("ok"))
    return { listen: onHono(app), headers: await headersOf(auth) }
  }

/** Hono, and everything in one Redis server. */
export const honoRedis: Readonly<Record<string, MakeContender>> = {
  bare: bareHono,
  floor,
  "latchkey, cookie": latchkey(browserHeaders),
  "latchkey, bearer": latchkey(programHeaders),
  "latchkey, token": latchkey(tokenHeaders),
  "latchkey, Basic __token__": latchkey(basicHeaders),
  "latchkey, refused": latchkey(async () => junkHeaders)
}
