import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { honoAuth } from "@latchkey/adapter-hono"
import { createAuth, reveal } from "@latchkey/core"
import { sqliteStore } from "@latchkey/store-sqlite"
import { Hono } from "hono"
import { onHono, password, publicUrl } from "../contenders/contender.ts"
import { type MakeCliLoginContender, nameOf, PEOPLE } from "./contender.ts"

/** With `normal` the file is written as the peer's is. `full`, the default, waits for the disk where a decision must last. */
export const latchkey =
  (durability: "normal" | "full"): MakeCliLoginContender =>
  async (folder) => {
    const file = join(folder, "latchkey.db")
    const auth = await createAuth({
      publicUrl,
      store: sqliteStore(file, { durability }),
      admin: { username: "ada", password, mustChangePassword: false },
      throttle: { cliLogins: 1_000_000, perNetwork: 1_000_000 }
    })
    const database = new DatabaseSync(file)
    const cookies: Array<string> = []
    for (let person = 0; person < PEOPLE; person++) {
      const username = nameOf(person)
      await auth.users.create({ username, password })
      const { secret } = await auth.sessions.logIn({ username, password }, { kind: "browser" })
      cookies.push(`latchkey_session=${reveal(secret)}`)
    }
    return {
      listen: onHono(new Hono().route("/", honoAuth(auth).routes)),
      people: cookies,
      forget: async () => database.exec("DELETE FROM latchkey_challenges; DELETE FROM latchkey_tokens")
    }
  }
