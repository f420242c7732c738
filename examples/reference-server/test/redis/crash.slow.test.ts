import { test } from "vitest"
import { bearer, tokenFor } from "../client.ts"
import { CYCLES, livelyEnv as env, liveUntil, type Person, verify, verifyPlace } from "../lives.ts"
import { redis } from "../redis-place.ts"
import { startServer } from "../server.ts"
import { untilBack } from "./outage.ts"

test("X03 X01 whatever was acknowledged is there after kill -9 of Redis, and what was revoked stays revoked", {
  timeout: CYCLES * 10_000
}, async () => {
  const server = await startServer({ env })
  const token = await tokenFor(server, "root")
  const people: Array<Person> = []
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const last = await liveUntil(server, cycle, () => void redis().kill())
    await redis().kill()
    await redis().restart()
    await untilBack(server, bearer(token))
    await Promise.all(last.map((person) => verify(server, person)))
    people.push(...last)
  }
  await Promise.all(people.map((person) => verify(server, person)))
  await verifyPlace(server, people)
})
