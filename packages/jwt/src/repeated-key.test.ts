import fc from "fast-check"
import { expect, test } from "vitest"
import { hasRepeatedKey } from "./repeated-key.ts"

test("JWT-06 a key is found twice at any depth, in any spelling, and nowhere else", () => {
  for (const json of [
    '{"a":1,"a":1}',
    '{"b":{"a":1 , "a" :2}}',
    '[{"a":[],"\\u0061":{}}]',
    '{"":0,"":1}',
    '{"\\"":1,"\\"":2}'
  ])
    expect(hasRepeatedKey(json), json).toBe(true)
  for (const json of [
    '{"a":"a","b":["a","a"]}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '"{\\"a\\":1,\\"a\\":1}"',
    '{"a":"\\\\","b":1}'
  ])
    expect(hasRepeatedKey(json), json).toBe(false)
})

test("JWT-06 what JSON.stringify writes never has a key twice", () => {
  fc.assert(fc.property(fc.json(), (json) => !hasRepeatedKey(JSON.stringify(JSON.parse(json)))))
})
