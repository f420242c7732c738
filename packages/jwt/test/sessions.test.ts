import { reveal } from "@latchkey/core"
import { createTestAuth } from "@latchkey/core/testing"
import { expect, test } from "vitest"
import { jwt } from "../src/jwt.ts"

const ada = { username: "ada", password: "four unrelated words here" }
const secret = "q0zJ3mT8vKc5WnXr2LhYbUe7GdSaPfNi4MoRtEyQ"
test("a session is opened by a signed token", async () => {
  const { auth } = await createTestAuth({ accessTokens: jwt({ keys: [{ algorithm: "HS256", key: secret }] }) })
  await auth.users.register(ada)
  const { secret: token, session } = await auth.sessions.logIn(ada)
  console.log(reveal(token))
  const identity = await auth.identify({ authorization: `Bearer ${reveal(token)}`, sessionCookie: null })
  expect(identity).toMatchObject({ via: "bearer", session: { id: session.id } })
  expect(await auth.identify({ authorization: null, sessionCookie: reveal(token) })).toBeNull()
  expect(await auth.sessions.closeBySecret(token)).toBe(true)
  expect(await auth.sessions.resume(token)).toBeNull()
})
