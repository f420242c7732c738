import { english, type Texts } from "@latchkey/http"
import { headerOf } from "../answer.ts"
import { expectSame, expectThat } from "../expect.ts"
import { browserOf, navigation, registerAda } from "../people.ts"
import type { Scenario } from "../scenario.ts"

/** A second language, by which a scenario sees what the server knows of the reader. */
const other: Texts = { ...english, language: "de-AT", login: { ...english.login, submit: "Anmelden" } }

/** The language of pages. */
export const languageScenarios: ReadonlyArray<Scenario> = [
  {
    states: "pages, and what a guard refuses with, are in the language that the request asks for",
    surface: { texts: [english, other] },
    check: async ({ auth, ask }) => {
      await registerAda(auth)
      const cookie = await browserOf(auth)
      const asked = { "de, en;q=0.5": "de-AT", "en, de;q=0.5": "en", fr: "en" }
      for (const [languages, language] of Object.entries(asked)) {
        const headers = { ...navigation, "accept-language": languages }
        const login = await ask({ target: "/login", headers })
        expectSame(login.body.includes(">Anmelden<"), language === "de-AT", `the button for ${languages}`)
        const refused = await ask({ target: "/host/admin", headers: { ...headers, cookie } })
        for (const page of [login, refused]) {
          expectThat(page.body.includes(`<html lang="${language}">`), `the page for ${languages}`)
          expectSame(headerOf(page, "vary"), "Authorization, Cookie, Accept-Language", "what a page depends on")
        }
      }
    }
  }
]
