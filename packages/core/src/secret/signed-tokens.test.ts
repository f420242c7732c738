import { expect, test } from "vitest"
import { type CredentialKind, credentialFormat } from "./credential.ts"
import { reveal } from "./secret-text.ts"
import { endedMarks, hashOfSigned, maybeSigned } from "./signed-tokens.ts"
import { newUserId } from "./user-id.ts"

const randomBytes = (size: number) => crypto.getRandomValues(new Uint8Array(size))
const kinds: ReadonlyArray<CredentialKind> = ["ses", "pat", "dev", "otc", "cli", "set"]

test("JWT-05 no credential of ours is taken for a signed token, and none has the hash of a signed session", () => {
  const format = credentialFormat("latchkey")
  const id = newUserId(0, randomBytes(16))
  expect(format.parse(`latchkey signed session ${id}`)).toBeNull()
  for (const kind of kinds) {
    const { secret, hash } = format.mint(kind, kind === "set" ? null : id, randomBytes)
    expect(maybeSigned(reveal(secret)), kind).toBe(false)
    expect(hashOfSigned(reveal(secret)), kind).not.toBe(hash)
  }
})

test("JWT-11 the marks of ended tokens are of one user, and tell neither the user nor the token", () => {
  const [ada, bob] = [newUserId(0, randomBytes(16)), newUserId(1, randomBytes(16))]
  const token = "header.claims.signature"
  const marks = [endedMarks(ada, token), endedMarks(bob, token), endedMarks(ada, `${token}x`)]
  const names = marks.flatMap(({ own, all }) => [`${own.account} ${own.key}`, `${all.account} ${all.key}`])
  expect(new Set(names).size).toBe(5) // ada's mark for all is one
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}$/)
})
