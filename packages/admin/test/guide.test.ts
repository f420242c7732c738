// What the guide shows is what the command says: its examples are run in their order, over one store.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { type TestWorld, testWorld } from "./test-world.ts"

const guide = readFileSync(new URL("../../../docs/guides/operator.md", import.meta.url), "utf8")
const folder = mkdtempSync(join(tmpdir(), "latchkey-admin-"))
afterAll(() => rmSync(folder, { recursive: true }))

const password = "a quiet lantern over grey water"

interface Example {
  /** As it is typed behind `$ latchkey-admin`. */
  readonly line: string
  readonly shown: string
}

const examplesOf = (page: string): ReadonlyArray<Example> =>
  Array.from(page.matchAll(/^```console\n([\s\S]*?)^```$/gm), ([, inside = ""]) => inside)
    .flatMap((inside) => inside.split(/^\$ latchkey-admin /m).slice(1))
    .map((text) => ({ line: text.slice(0, text.indexOf("\n")), shown: text.slice(text.indexOf("\n") + 1) }))

/** The words of a line of a shell, with our folder in front of each file. */
const wordsOf = (line: string): ReadonlyArray<string> =>
  Array.from(line.replace(/ <.*/, "").matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain = ""]) => quoted ?? plain).map(
    (word) => (/^[\w-]+\.jsonl$/.test(word) ? join(folder, word) : word)
  )

/** What is another one each time: ids, times, secrets, hashes and how long something took. */
const alike = (text: string): string =>
  text
    .replaceAll(`${folder}/`, "")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "<time>")
    .replaceAll(/"expiresAt":\d+/g, '"expiresAt":<time>')
    .replaceAll(/lk_(otc|pat)_\w*…?/g, "lk_$1_…")
    .replaceAll(/\d+:[0-9a-f]{64}/g, "<anchor>")
    .replaceAll(/within \d+\.\d ms/g, "within <duration>")

const answersOf = (line: string): ReadonlyArray<string> => {
  if (line.startsWith("create-admin")) return [password, password]
  return line.startsWith("users delete") ? ["ada"] : ["y"]
}

/** The store and the terminal of the guide, with two users who registered before. */
const worldFor = (line: string, from?: TestWorld): TestWorld =>
  testWorld({
    ...(from === undefined ? {} : { tables: from.tables }),
    env: { LATCHKEY_STORE: "sqlite:latchkey.db", LATCHKEY_AUDIT_CHAIN: "true" },
    answers: answersOf(line),
    input: [`${password}\n`]
  })

it("each example of the guide shows what the command says", async () => {
  const before = testWorld({
    input: [`{"id":7,"username":"ada","email":"ada@example.org"}\n{"id":8,"username":"bob"}\n`]
  })
  await before.run("import", "-", "--source", "before", "--yes")
  writeFileSync(
    join(folder, "users.jsonl"),
    `{"id":1,"username":"carol","is_active":1}\n{"id":2,"username":"dave"}\n{"id":3,"username":"bob"}\n`
  )
  for (const { line, shown } of examplesOf(guide)) {
    const { seen } = await worldFor(line, before).run(...wordsOf(line))
    expect(alike(seen), line).toBe(alike(shown))
  }
})

it("the guide shows each command", async () => {
  const { out } = await testWorld().run("--help")
  const commandsOf = (help: string) =>
    Array.from(help.matchAll(/^ {2}([a-z][a-z-]+)(?: \[options\]| {2})/gm), ([, name = ""]) => name)
  const lines = examplesOf(guide).map(({ line }) => line)
  const all = commandsOf(out)
  expect(all.length).toBeGreaterThan(7)
  for (const name of all) {
    const inner = commandsOf((await testWorld().run(name, "--help")).out)
    const paths = inner.length === 0 ? [name] : inner.map((each) => `${name} ${each}`)
    for (const path of paths)
      expect(
        lines.some((line) => line.startsWith(path)),
        path
      ).toBe(true)
  }
})
