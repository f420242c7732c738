import { expect, test } from "vitest"
import { readForeignLine } from "./foreign-line.ts"

const user = (fields: object) => readForeignLine({ id: 1, ...fields })

test("a user of another system is read as databases write one", () => {
  const line = {
    id: 42,
    username: "grace",
    email: null,
    password_hash: "$2b$12$x",
    is_active: 1,
    is_superuser: 0,
    is_verified: true,
    roles: ["editor"],
    created_at: "2024-05-31 12:00:00.123456",
    last_login_at: "2024-05-31T14:00:00.5+02:00"
  }
  expect(readForeignLine(line)).toEqual({
    type: "user",
    user: {
      id: "42",
      username: "grace",
      passwordHash: "$2b$12$x",
      isActive: true,
      isSuperuser: false,
      isVerified: true,
      roles: ["editor"],
      createdAt: Date.UTC(2024, 4, 31, 12, 0, 0, 123),
      lastLoginAt: Date.UTC(2024, 4, 31, 12, 0, 0, 500)
    }
  })
})

test.each([
  ["2024-05-31T12:00:00Z", Date.UTC(2024, 4, 31, 12)],
  ["2024-05-31 12:00", Date.UTC(2024, 4, 31, 12)],
  ["2024-05-31 12:00:00+00", Date.UTC(2024, 4, 31, 12)],
  ["2024-05-31T12:00:00-0330", Date.UTC(2024, 4, 31, 15, 30)],
  [1_717_156_800_000, Date.UTC(2024, 4, 31, 12)]
])("the time %j is read", (created_at, createdAt) => {
  expect(user({ created_at })).toMatchObject({ user: { createdAt } })
})

test.each([
  [{ created_at: 1_717_156_800 }, "the created_at must be milliseconds, and seems to be seconds"],
  [{ created_at: "yesterday" }, "the created_at must be a time such as 2024-05-31T12:00:00Z"],
  [{ created_at: "2024-13-01 00:00" }, "the created_at must be a time that exists"],
  [{ created_at: "2024-11-31 00:00" }, "the created_at must be a time that exists"],
  [{ is_active: "yes" }, "the is_active must be true or false, or 1 or 0"],
  [{ roles: "editor" }, "the roles must be a list of texts"],
  [{ hashed_password: "x" }, "has a field that is not known: hashed_password"],
  [{ id: 1.5 }, "the id must be text"],
  [{ id: null }, "has no id"],
  [{ type: "group" }, 'has another type than "user" or "token"']
])("%j is told, and nothing is guessed", (fields, problem) => {
  expect(user(fields)).toEqual({ type: "wrong", problem })
})

test.each([undefined, null, 7, "x", [], [{}]])("%j is no line", (value) => {
  expect(readForeignLine(value)).toEqual({ type: "wrong", problem: "is no JSON object" })
})

test("a token of another system is read, and ends only when it says so", () => {
  const sha256 = "0a".repeat(32)
  expect(readForeignLine({ type: "token", user: 42, name: "runner", sha256 })).toEqual({
    type: "token",
    token: { user: "42", name: "runner", sha256, expiresAt: null }
  })
  expect(readForeignLine({ type: "token", user: 42, name: "runner" })).toEqual({
    type: "wrong",
    problem: "has no sha256"
  })
})
