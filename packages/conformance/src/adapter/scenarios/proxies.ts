import { expectSame } from "../expect.ts"
import { programOf, registerAda } from "../people.ts"
import type { RunningServer, Scenario } from "../scenario.ts"

const collecting = { sessions: { collectIp: true, collectUserAgent: true } }

/** The address on record for one refused log-in with these headers. */
const recorded = async ({ auth, ask }: RunningServer, headers: Readonly<Record<string, string>>) => {
  await ask({ target: "/auth/jwt/login", headers, form: { username: "nobody", password: "nothing" } })
  const [record] = await auth.audit.list({ type: "login.refused", limit: 1 })
  return record?.event.ip
}

/** Where a request comes from, as far as it can be trusted. */
export const proxyScenarios: ReadonlyArray<Scenario> = [
  {
    states: "PRX-01 PRX-02 without trusted proxies the address is the socket's, whatever headers say",
    auth: collecting,
    check: async (server) => {
      const spoofs = ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip", "x-client-ip"]
      for (const name of spoofs) {
        expectSame(await recorded(server, { [name]: "203.0.113.9" }), "127.0.0.1", name)
      }
    }
  },
  {
    states: "PRX-02 what a guard refuses is on record with the socket's address",
    auth: collecting,
    check: async ({ auth, ask, clock }) => {
      await registerAda(auth)
      const headers = { authorization: await programOf(auth), "x-forwarded-for": "203.0.113.9" }
      expectSame((await ask({ target: "/host/admin", headers })).status, 403, "a user on the admin's route")
      await clock.advance("1 minute")
      const [record] = await auth.audit.list({ type: "access.denied", limit: 1 })
      expectSame(record?.event.ip, "127.0.0.1", "the record")
    }
  },
  {
    states:
      "PRX-01 PRX-06 behind a trusted proxy the address is the right-most that no trusted proxy has, without its port",
    auth: { sessions: { ...collecting.sessions, trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"] } },
    check: async (server) => {
      const cases: Readonly<Record<string, string>> = {
        "203.0.113.9": "203.0.113.9",
        "198.51.100.1, 203.0.113.9": "203.0.113.9",
        "198.51.100.1, 203.0.113.9, 10.1.2.3": "203.0.113.9",
        "2001:db8::1": "2001:db8::1",
        "::ffff:203.0.113.9": "203.0.113.9",
        "10.1.2.3": "10.1.2.3",
        "203.0.113.9:51234": "203.0.113.9",
        "198.51.100.1, [2001:db8::7]:443, 10.1.2.3:80": "2001:db8::7",
        "[2001:db8::7]": "2001:db8::7"
      }
      for (const [header, ip] of Object.entries(cases)) {
        expectSame(await recorded(server, { "x-forwarded-for": header }), ip, header)
      }
    }
  },
  {
    states: "PRX-05 a chain of addresses that is none, or without end, breaks nothing and is quickly read",
    auth: { sessions: { ...collecting.sessions, trustedProxies: ["127.0.0.1"] } },
    check: async (server) => {
      const broken = [
        '"',
        "unknown",
        "203.0.113.9:port",
        "[203.0.113.9]",
        "fe80::1%eth0",
        "1.2.3",
        "999.1.1.1",
        "0x7f.1",
        ",,,,",
        "127.1"
      ]
      for (const header of broken)
        expectSame(await recorded(server, { "x-forwarded-for": header }), "127.0.0.1", header)
      const endless = Array.from({ length: 1_000 }, () => "127.0.0.1").join(",")
      expectSame(await recorded(server, { "x-forwarded-for": endless }), "127.0.0.1", "a thousand hops")
    }
  },
  {
    states: "PRX-01 a limit on attempts counts the socket's address, not the one that a header claims",
    auth: { throttle: { perNetwork: 3 } },
    check: async ({ ask }) => {
      const statuses: Array<number> = []
      for (const at of [1, 2, 3, 4, 5]) {
        const form = { username: `nobody${at}`, password: "nothing" }
        const headers = { "x-forwarded-for": `203.0.113.${at}` }
        statuses.push((await ask({ target: "/auth/jwt/login", headers, form })).status)
      }
      expectSame(statuses, [400, 400, 400, 429, 429], "five attempts")
    }
  },
  {
    states:
      "AUD-02 a record holds the user agent, cut at 256 characters, and what could forge a log written out (AUD-03)",
    auth: collecting,
    check: async (server) => {
      await recorded(server, { "user-agent": `a\x9b31m${"b".repeat(1_000)}` })
      const [record] = await server.auth.audit.list({ type: "login.refused", limit: 1 })
      const agent = record?.event.userAgent ?? ""
      expectSame([agent.startsWith("a\\u{9b}31mb"), agent.length < 270], [true, true], "the user agent")
    }
  }
]
