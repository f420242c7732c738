import { headerOf, navigation, type Person } from "@latchkey/conformance/adapter"
import type { BegunCliLogin, CliLoginToBegin } from "@latchkey/core"
import { type CliSite, openCliSite } from "./cli-site.ts"

/** Where the program runs: where the browsers of a site are, or somewhere else. */
export const HERE = { ip: "192.0.2.7", userAgent: "curl/8.14.1" }
export const ELSEWHERE = { ip: "198.51.100.22", userAgent: "curl/8.14.1" }

type Headers = Readonly<Record<string, string>>

/** A site with ada and grace, with programs that ask to log in, and browsers in which people enter their codes. */
export interface CliPageSite extends CliSite {
  /** Starts a program that asks to log in. */
  readonly begin: (wanted?: CliLoginToBegin) => Promise<BegunCliLogin>
  /** The headers of a person's browser that navigates. */
  readonly person: (who?: Person) => Promise<Headers>
  /** Enters a code in a browser, and returns the address of the page about the program, without its query. */
  readonly claim: (code: string, headers: Headers) => Promise<string>
  /** What has become of the program whose code ada entered last. */
  readonly stateOfLast: () => Promise<string | undefined>
}

export const openCliPages = async (...options: Parameters<typeof openCliSite>): Promise<CliPageSite> => {
  const site = await openCliSite(...options)
  return {
    ...site,
    begin: (wanted) => site.auth.cliLogins.begin({ program: "harbour-cli", client: HERE, ...wanted }),
    person: async (who) => ({ ...(await site.browser(who)), ...navigation }),
    claim: async (code, headers) => {
      const answer = await site.ask({ target: "/auth/cli", form: { code }, headers })
      const location = headerOf(answer, "location")
      if (location === null) throw new Error(`The code was answered ${answer.status}.`)
      return location.split("?", 1)[0] ?? ""
    },
    stateOfLast: async () => (await site.auth.cliLogins.list(site.user.id))[0]?.state
  }
}
