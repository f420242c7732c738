import { test } from "vitest"
import { newPlace } from "./combinations.ts"
import { CYCLES, livelyEnv as env, liveUntil, type Person, verify, verifyPlace } from "./lives.ts"
import { startServer } from "./server.ts"

test("X01 whatever was acknowledged is there after kill -9, and what was revoked stays revoked", {
  timeout: CYCLES * 10_000
}, async () => {
  const place = newPlace()
  const people: Array<Person> = []
  let last: ReadonlyArray<Person> = []
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const server = await startServer({ place, env })
    await Promise.all(last.map((person) => verify(server, person)))
    last = await liveUntil(server, cycle, () => void server.kill())
    await server.ended
    people.push(...last)
  }

  const server = await startServer({ place, env })
  await Promise.all(people.map((person) => verify(server, person)))
  await verifyPlace(server, people)
})
