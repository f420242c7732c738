import { describe, expect, it } from "vitest"
import { ada } from "../../test/people.ts"
import { createTestAuth } from "../testing/create-test-auth.ts"

const withAda = async (options: Parameters<typeof createTestAuth>[0] = {}) => {
  const made = await createTestAuth(options)
  const user = await made.auth.users.register(ada)
  return { ...made, user }
}

describe("a CLI login", () => {
  it("gives the program a token once its user has approved", async () => {
    const { auth, user } = await withAda()
    const { code, secret } = await auth.cliLogins.begin({ program: "acme" })
    expect(await auth.cliLogins.collect({ secret })).toMatchObject({ status: "pending", isEarly: false })
    const { id } = await auth.cliLogins.lookUp({ user }, code)
    await auth.cliLogins.approve({ user }, id)
    const collected = await auth.cliLogins.collect({ secret })
    if (collected.status !== "token") throw new Error(`no token: ${collected.status}`)
    expect(await auth.tokens.check(collected.secret)).toMatchObject({ token: { name: "acme" }, user: { id: user.id } })
    await expect(auth.cliLogins.collect({ secret })).rejects.toMatchObject({ _tag: "CliLoginNotFound" })
  })

  it("asks for the number that the page shows, and is denied after three wrong ones (DEV-20)", async () => {
    const { auth, user } = await withAda()
    const { code, secret } = await auth.cliLogins.begin({ canAskForNumber: true })
    const { id } = await auth.cliLogins.lookUp({ user }, code)
    await auth.cliLogins.approve({ user }, id)
    expect(await auth.cliLogins.collect({ secret })).toMatchObject({ status: "number-needed", attemptsLeft: 3 })
    expect(await auth.cliLogins.collect({ secret, number: "x" })).toMatchObject({ attemptsLeft: 2 })
    expect(await auth.cliLogins.collect({ secret, number: "y" })).toMatchObject({ attemptsLeft: 1 })
    await expect(auth.cliLogins.collect({ secret, number: "z" })).rejects.toMatchObject({ _tag: "CliLoginDenied" })
  })
})
