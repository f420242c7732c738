import { navigation, root, tokenOf } from "@latchkey/conformance/adapter"
import { expect, test } from "vitest"
import { typedIn } from "../../test/answers.ts"
import { bodyOf, fieldsIn, openTokenSite, problemIn, secretsIn, type TokenSite, textOf } from "../../test/token-site.ts"

/** The headers of a browser that shows a page or posts a form of it. */
const person = async ({ browser }: TokenSite) => ({ ...(await browser()), ...navigation })

const namesOf = async ({ auth, user }: TokenSite) => (await auth.tokens.list(user.id)).map(({ name }) => name)

test("PAT-14 a form for a token that is sent twice makes one, and the second answer says so without its secret", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const key = typedIn(await site.ask({ target: "/tokens/", headers }), "idempotency_key") ?? ""
  expect(key).toMatch(/^[0-9a-f]{32}$/)
  const submit = () => site.ask({ target: "/tokens/", form: { name: "Nightly build", idempotency_key: key }, headers })
  const answers = await Promise.all([submit(), submit()])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  const again = answers.find(({ status }) => status === 409) ?? (await submit())
  for (const answer of [again, await submit()]) {
    expect([answer.status, secretsIn(answer)]).toEqual([409, []])
    expect(textOf(answer)).toContain(
      "You have already created the token “Nightly build” with this form. Its secret was shown once and cannot be shown again."
    )
    expect(typedIn(answer, "idempotency_key")).toMatch(/^[0-9a-f]{32}$/)
    expect(typedIn(answer, "idempotency_key")).not.toBe(key)
    expect(typedIn(answer, "name")).toBe("")
  }
  expect(await namesOf(site)).toEqual(["Nightly build"])
})

test("PAT-14 each page has a key of its own, and a refused form keeps its own, so that its correction is the same submission", async () => {
  const site = await openTokenSite()
  const headers = await person(site)
  const keyOn = async (form?: Readonly<Record<string, string>>) =>
    typedIn(await site.ask({ target: "/tokens/", ...(form && { form }), headers }), "idempotency_key") ?? ""
  const keys = [await keyOn(), await keyOn()]
  expect(new Set(keys).size).toBe(2)
  const [key = ""] = keys
  expect(await keyOn({ name: "", idempotency_key: key })).toBe(key)
  expect(await keyOn({ name: "Laptop", expires_in_days: "999", idempotency_key: key })).toBe(key)
  const next = await keyOn({ name: "Laptop", idempotency_key: key })
  expect(next).not.toBe(key)
  expect(await keyOn({ name: "Desktop", idempotency_key: next })).not.toBe(next)
  expect((await namesOf(site)).sort()).toEqual(["Desktop", "Laptop"])
})

test("PAT-14 at the limit a second click is told of its token, and not that there are too many", async () => {
  const site = await openTokenSite({ tokens: { perUser: 1 } })
  const headers = await person(site)
  const form = { name: "Laptop", idempotency_key: "one-click" }
  expect((await site.ask({ target: "/tokens/", form, headers })).status).toBe(201)
  const again = await site.ask({ target: "/tokens/", form, headers })
  expect([again.status, textOf(again).includes("maximum")]).toEqual([409, false])
  expect(textOf(again)).toContain("You have already created the token “Laptop” with this form.")
})

test("PAT-13 a program may send a key: the second time is 409, another owner's key is another, and a malformed one is 422", async () => {
  const site = await openTokenSite()
  const headers = await site.program()
  const make = (json: unknown) => site.ask({ target: "/tokens/", json, headers })
  const wanted = { name: "Laptop", idempotency_key: "job-2026_01" }
  const first = await make(wanted)
  expect(first.status).toBe(201)
  const again = await make({ ...wanted, name: "Another" })
  expect([...problemIn(again), bodyOf(again).detail]).toEqual([409, "token-already-issued", "TOKEN_ALREADY_ISSUED"])
  expect(secretsIn(again)).toEqual([])
  for (const idempotency_key of ["", "a b", "x".repeat(65), "é"]) {
    expect(fieldsIn(await make({ ...wanted, idempotency_key }))).toEqual([422, ["body.idempotency_key"]])
  }
  expect(fieldsIn(await make({ ...wanted, idempotency_key: 7 }))).toEqual([422, ["body.idempotency_key"]])
  expect((await make({ name: "Laptop", idempotency_key: null })).status).toBe(201)
  await site.ask({ method: "DELETE", target: `/tokens/${bodyOf(first).id}`, headers })
  expect((await make(wanted)).status).toBe(201)
  expect((await tokenOf(site.auth, { idempotencyKey: "job-2026_01" }, root)).token.name).toBe("Nightly build")
})
