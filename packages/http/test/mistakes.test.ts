import { type Auth, settingEntries } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { makeSurface } from "@latchkey/http"
import fc from "fast-check"
import { expect, onTestFinished, test } from "vitest"

const opened = async (...given: Parameters<typeof createTestAuth>): Promise<Auth> => {
  const { auth } = await createTestAuth(...given)
  onTestFinished(() => auth.close())
  return auth
}

test("a missing await before createAuth is told when the routes are made: const auth = await createAuth({ … })", async () => {
  const promise = createTestAuth()
  expect(() => makeSurface(promise as never)).toThrow(/const auth = await createAuth.*a promise: `await` is missing/)
  const made = await promise
  onTestFinished(() => made.auth.close())
  expect(() => makeSurface(made as never)).toThrow(/createTestAuth makes: pass its `auth`/)
  for (const wrong of [undefined, null, "auth", {}])
    expect(() => makeSurface(wrong as never)).toThrow("const auth = await createAuth({ … }).")
})

test("a public address without https is refused with the option that there is: cookies.unsafeInsecure", async () => {
  const auth = await opened({ publicUrl: "http://app.example.org" })
  const paths = settingEntries.map(({ path }) => path)
  const message = (() => {
    try {
      makeSurface(auth)
    } catch (error) {
      return String(error)
    }
    return "nothing was refused"
  })()
  expect(message).toContain("set cookies.unsafeInsecure instead")
  expect(paths).toContain("cookies.unsafeInsecure")
})

test("COO-06 each name that createAuth takes as cookies.name the routes take too, on http and on https", async () => {
  const letters = "abcXYZ019-_".split("")
  const name = fc
    .tuple(fc.constantFrom("a", "Z", "h"), fc.array(fc.constantFrom(...letters), { maxLength: 56 }))
    .map(([first, rest]) => [first, ...rest].join(""))
  const mount = async (cookieName: string, publicUrl: string) => {
    const { auth } = await createTestAuth({ publicUrl, cookies: { name: cookieName } })
    makeSurface(auth)
  }
  await fc.assert(fc.asyncProperty(name, fc.constantFrom("http://localhost:3000", "https://app.example.org"), mount), {
    numRuns: 50
  })
  await mount("a".repeat(57), "https://app.example.org")
})

test("a missing await before what the routes are given is told, so that a group that is left out is never served", async () => {
  const auth = await opened()
  const made = (options: unknown) => () => makeSurface(auth, options as never) // as a host in JavaScript could give it
  const late = Promise.resolve({ register: false })
  for (const options of [late, { routes: late }, { pages: late }, { administration: late }, { texts: late }])
    expect(made(options)).toThrow(/a promise, of which `await` is missing/)
  expect(made({ administration: { columns: Promise.resolve([]) } })).toThrow(/a promise, of which `await` is missing/)
})

test("what is no object of options is refused: routes: { register: false }, and no map, list, function or text", async () => {
  const auth = await opened()
  const made = (options: unknown) => () => makeSurface(auth, options as never)
  for (const wrong of [null, "x", [], new Map([["register", false]]), () => ({})]) {
    expect(made(wrong)).toThrow("The options of the routes must be an object")
    expect(made({ routes: wrong })).toThrow("routes must be an object")
    expect(made({ pages: wrong })).toThrow("pages must be an object")
    expect(made({ administration: wrong })).toThrow("administration must be an object")
  }
  expect(made({ administration: { colums: [] } })).toThrow(
    "administration.colums is not a part of the pages of administrators: did you mean columns?"
  )
})
