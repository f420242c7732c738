import { ada, navigation, valuesOf, type WireAnswer } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { openSite } from "./site.ts"

const logIn = { target: "/login", form: { username: ada.username, password: ada.password } }

/** Two applications on two ports of this machine, and a browser that sends each the cookies of both. */
const openTwo = async (...publicUrls: readonly [string, string]) => {
  const jar = new Map<string, string>()
  const keep = (answer: WireAnswer) => {
    for (const line of valuesOf(answer, "set-cookie")) {
      const [name = "", value = ""] = (line.split(";", 1)[0] ?? "").split("=")
      if (value === "") jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  const open = async (publicUrl: string) => {
    const site = await openSite({ publicUrl })
    await site.auth.users.register(ada)
    const headers = () => ({
      ...navigation,
      "sec-fetch-site": "same-origin",
      cookie: Array.from(jar, (pair) => pair.join("=")).join("; ")
    })
    return {
      logIn: async () => keep(await site.ask({ ...logIn, headers: headers() })),
      logOut: async () => keep(await site.ask({ method: "POST", target: "/logout", headers: headers() })),
      profile: async () => (await site.ask({ target: "/profile/", headers: headers() })).status
    }
  }
  return { jar, one: await open(publicUrls[0]), other: await open(publicUrls[1]) }
}

test.each([
  ["http://localhost:3000", "http://localhost:3001"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:8080"],
  ["https://localhost:8443", "https://localhost:9443"]
])(
  "COO-01 a log-in and a log-out at %s leave the session at %s as it is, and so the other way round",
  async (...urls) => {
    const { jar, one, other } = await openTwo(...urls)
    await one.logIn()
    await other.logIn()
    expect(jar.size, "a session and a device of each").toBe(4)
    expect([await one.profile(), await other.profile()]).toEqual([200, 200])
    await other.logOut()
    expect([await one.profile(), await other.profile()]).toEqual([200, 303])
    await other.logIn()
    await one.logOut()
    expect([await one.profile(), await other.profile()]).toEqual([303, 200])
  }
)
