import { ago, loggedIn, now } from "../page/sample.ts"
import type { CliCodeView, CliLoginEntry, CliLoginsView, CliLoginView } from "./view.ts"

const user = { id: "u1", username: "ada", email: "ada@example.org" }

export const sampleCliCode: CliCodeView = { ...loggedIn, user, code: "BCDF-GHJK", isGiven: true, errors: {} }

export const sampleCliLogin: CliLoginView = {
  ...loggedIn,
  user,
  program: "harbour-cli",
  code: "BCDF-GHJK",
  address: "203.0.113.7",
  agent: "curl",
  askedAt: ago(1),
  scopes: [
    { name: "packages:read", about: "Download packages" },
    { name: "packages:write", about: "Upload packages" }
  ],
  result: { kind: "token", lifetime: 30 * 86_400_000 },
  network: "same",
  isNetworkRefused: false,
  state: { name: "undecided" },
  approvePath: "/auth/cli/c1/approve",
  denyPath: "/auth/cli/c1/deny",
  asksCurrentPassword: false,
  errors: {},
  actions: [],
  now,
  notice: null
}

const entry = (id: string, rest: Partial<CliLoginEntry>): CliLoginEntry => ({
  id,
  program: "harbour-cli",
  address: "203.0.113.7",
  agent: "curl",
  askedAt: ago(1),
  state: "undecided",
  path: `/auth/cli/${id}`,
  denyPath: `/auth/cli/${id}/deny`,
  ...rest
})

export const sampleCliLogins: CliLoginsView = {
  entries: [
    entry("c1", {}),
    entry("c2", { program: "Nightly build", address: "2001:db8:85a3::8a2e:370:7334", agent: null, state: "approved" }),
    entry("c3", { askedAt: ago(300), state: "logged-in", denyPath: null }),
    entry("c4", { askedAt: ago(4_000), address: null, agent: null, state: "denied", denyPath: null }),
    entry("c5", { askedAt: ago(9_000), state: "expired", denyPath: null })
  ],
  olderPath: "/profile/?programs=1767225600000.c5#programs",
  newestPath: null
}
