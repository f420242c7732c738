import { reveal } from "@latchkey/core"
import { describe, expect, test } from "vitest"
import { run } from "./run.ts"
import { frameworks, newFolder, startSite } from "./site.ts"
import { hasPip } from "./wheel.ts"

/** What Python's requests sends for `auth=(user, password)`: both in Latin-1, whatever the challenge says. Prints the statuses. */
const PROGRAM = `
import base64, http.client, json, sys
address, password, tries = sys.argv[1:]
for user, encoding, spaces in json.loads(tries):
    credential = base64.b64encode(f"{user}:{password}".encode(encoding)).decode("ascii")
    connection = http.client.HTTPConnection(address, timeout=30)
    connection.request("GET", "/users/me", headers={"Authorization": "Basic" + " " * spaces + credential})
    print(connection.getresponse().status)
`

/** A user name, how its bytes are made, and how many spaces stand before them. */
type Try = readonly [user: string, encoding: string, spaces: number]

describe.skipIf(!hasPip).each(frameworks)("Python against %s", (framework) => {
  test("BAS-10 a user name in Latin-1 or in UTF-8 is the owner's, after one space or several (HDR-02)", async () => {
    const site = await startSite(framework)
    const user = await site.auth.users.create({ username: "zoë" })
    const { secret } = await site.auth.tokens.issue({ user, scopes: "all" }, { name: "Laptop", scopes: [] })
    const tries: ReadonlyArray<Try> = [
      ["zoë", "latin-1", 1],
      ["zoë", "utf-8", 1],
      ["ZOË ", "latin-1", 3],
      ["zoé", "latin-1", 1],
      ["zoë", "utf-16", 1]
    ]
    const args = ["-c", PROGRAM, site.host, reveal(secret), JSON.stringify(tries)]
    const { output } = await run("python3", args, { cwd: newFolder(), env: { PYTHONUTF8: "1" } })
    expect(output.trim().split(/\s+/)).toEqual(["200", "200", "200", "401", "401"])
  })
})
