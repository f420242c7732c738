import { ada, headerOf, navigation, type Person } from "@latchkey/conformance/adapter"
import type { Auth, BegunCliLogin, CliLoginToBegin } from "@latchkey/core"
import { openSite, type Site } from "./site.ts"
import { type RuledStore, ruledStore } from "./stores.ts"

/** Another user, with a session of her own. */
export const grace: Person = { username: "grace", password: "five brass kettles on a shelf" }

/** Where the program runs: where the browsers of a site are, or somewhere else. */
export const HERE = { ip: "192.0.2.7", userAgent: "curl/8.14.1" }
export const ELSEWHERE = { ip: "198.51.100.22", userAgent: "curl/8.14.1" }

/** A site on which ada and grace have accounts, with a program's side of CLI logins. */
export interface CliSite extends Site {
  readonly ruled: RuledStore
  readonly user: Awaited<ReturnType<Auth["users"]["create"]>>
  /** Starts a program that asks to log in. */
  readonly begin: (wanted?: CliLoginToBegin) => Promise<BegunCliLogin>
  /** The headers of a person's browser that navigates. */
  readonly person: (who?: Person) => Promise<Readonly<Record<string, string>>>
  /** Enters a code in a browser, and returns the address of the page about the program, without its query. */
  readonly claim: (code: string, headers: Readonly<Record<string, string>>) => Promise<string>
  /** What has become of the program whose code ada entered last. */
  readonly stateOfLast: () => Promise<string | undefined>
}

export const openCliSite = async (
  { tokens, ...options }: Parameters<typeof openSite>[0] = {},
  surfaceOptions: Parameters<typeof openSite>[1] = {}
): Promise<CliSite> => {
  const ruled = ruledStore()
  const scopes = { "packages:read": "Download packages", "packages:write": "Upload packages" }
  const site = await openSite({ store: ruled.store, tokens: { scopes, ...tokens }, ...options }, surfaceOptions)
  const user = await site.auth.users.create(ada)
  await site.auth.users.create(grace)
  return {
    ...site,
    ruled,
    user,
    begin: (wanted) => site.auth.cliLogins.begin({ program: "harbour-cli", client: HERE, ...wanted }),
    person: async (who) => ({ ...(await site.browser(who)), ...navigation }),
    claim: async (code, headers) => {
      const answer = await site.ask({ target: "/auth/cli", form: { code }, headers })
      const location = headerOf(answer, "location")
      if (location === null) throw new Error(`The code was answered ${answer.status}.`)
      return location.split("?", 1)[0] ?? ""
    },
    stateOfLast: async () => (await site.auth.cliLogins.list(user.id))[0]?.state
  }
}
