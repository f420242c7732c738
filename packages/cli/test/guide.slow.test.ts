// The code of the guide is what authors copy, so it is run as it stands there, against another server.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { granted, numberWanted, startFakeServer, TOKEN } from "./fake-server.ts"
import { hasTerminals, personAt, runOnTerminal } from "./program.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const root = new URL("../../../", import.meta.url)
const library = fileURLToPath(new URL("../src/index.ts", import.meta.url))

/** The fence of a page that contains a text, as a module for this server. */
const fenceWith = (page: string, text: string, server: string): string => {
  const fences = readFileSync(new URL(page, root), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)
  const code = [...fences].map(([, inside = ""]) => inside).find((inside) => inside.includes(text)) ?? ""
  return code.replaceAll("https://app.example.org", server).replaceAll('"@latchkey/cli"', JSON.stringify(library))
}

it.skipIf(!hasTerminals)("the program of the guide logs in, calls its server, and logs out", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.pace(1)
  server.answerPolls(numberWanted(3), granted)
  server.on("/jobs", ({ form, headers }) => ({
    body: `job ${form.name} ${headers.authorization === `Bearer ${TOKEN}`}`
  }))
  const write = (name: string, code: string) => writeFileSync(join(folder.path, name), code)
  const page = "docs/guides/cli-program.md"
  write("api.ts", fenceWith(page, "// file: api.ts", server.url))
  write("job.ts", fenceWith(page, "startJob", server.url))
  write("logout.ts", fenceWith(page, "revokeToken", server.url))
  write(
    "main.ts",
    `import { login } from "./api.ts"
     import { startJob } from "./job.ts"
     import { logout } from "./logout.ts"
     console.log("before:", await startJob("one"))
     await login()
     console.log("after:", await startJob("two"))
     await logout(${JSON.stringify(server.url)})
     console.log("ended:", await startJob("three"))`
  )
  const program = runOnTerminal(process.execPath, [join(folder.path, "main.ts")], personAt(folder.path))
  await program.waitFor("Enter the number that the page shows: ")
  program.type("123 456\r")
  expect([await program.ended, program.written()]).toEqual([0, expect.stringContaining("after: job two true")])
  expect(program.written()).toContain("before: Run `harbour login` first.")
  expect(program.written()).toContain("ada is logged out.")
  expect(program.written()).toContain("ended: Run `harbour login` first.")
  expect(server.received.map(({ path }) => path)).toContain("/oauth/revoke")
})

it.skipIf(!hasTerminals)("the quick start of the package logs in and calls its server", async () => {
  using folder = temporaryFolder()
  await using server = await startFakeServer()
  server.pace(1)
  const code = fenceWith("packages/cli/README.md", "authorizedFetch", server.url)
  writeFileSync(join(folder.path, "main.mts"), code)
  const program = runOnTerminal(
    process.execPath,
    [join(folder.path, "main.mts")],
    personAt(folder.path, { NO_COLOR: "1" })
  )
  expect([await program.ended, program.written()]).toEqual([0, expect.stringContaining("username: 'ada'")])
})
