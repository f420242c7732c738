// Which packages the code of a page imports, and which ones a reader has by then: those of the quick start for the adapter
// that the code uses, and what the page itself says to install. A package that only comes along with another one does
// not count, because pnpm hides it.
import { modulesOf } from "./markdown.mjs"

const quickStarts = {
  "@latchkey/adapter-hono": "docs/quick-start-hono.md",
  "@latchkey/adapter-express": "docs/quick-start-express.md"
}

/** `[{ path, line, says }]` for each package that a page's code imports and nobody has said to install. */
export const missingPackages = (pages) => {
  const starts = Object.fromEntries(
    Object.entries(quickStarts).map(([adapter, path]) => [
      adapter,
      installsOf(pages.find((page) => page.path === path))
    ])
  )
  return pages.flatMap((page) => {
    const isQuickStart = Object.values(quickStarts).includes(page.path)
    const own = installsOf(page)
    return modulesOf(page.fences).flatMap((module) => {
      const imports = importsOf(module)
      const adapters = Object.keys(starts).filter((adapter) => imports.has(adapter))
      const known = isQuickStart ? new Set() : startedWith(starts, adapters)
      return [...imports].flatMap(([name, line]) =>
        own.has(name) || known.has(name)
          ? []
          : [{ path: page.path, line, says: `${name} is not in the quick start: say here how to install it` }]
      )
    })
  })
}

/** Code that uses no adapter is read after either quick start, so only what both install is there. */
const startedWith = (starts, adapters) =>
  adapters.length > 0
    ? new Set(adapters.flatMap((adapter) => [...starts[adapter]]))
    : Object.values(starts).reduce((some, more) => some.intersection(more))

/** The packages in the `npm install` commands of a page, in its shell code and inside of its sentences. */
const installsOf = ({ fences, spans }) => {
  const shell = fences.filter(({ lang }) => lang === "sh").flatMap(({ code }) => code)
  const commands = [...shell, ...spans.map(({ code }) => code)].flatMap((line) => [
    ...line.matchAll(/\bnpm (?:install|i) ([^&|;#]+)/g)
  ])
  const words = commands.flatMap(([, rest]) => rest.trim().split(/\s+/))
  return new Set(words.flatMap((word) => /^(?:@[\w.-]+\/)?[a-z][\w.-]*(?=@|$)/.exec(word) ?? []))
}

/** The packages that a module imports, each with the line that does. JSX imports Hono without a line of its own. */
const importsOf = ({ name, lines }) => {
  const imports = new Map()
  const add = (specifier, line) => {
    const found = /^(?!\.|node:)(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
    if (found && !imports.has(found)) imports.set(found, line)
  }
  for (const { text, line } of lines)
    for (const [, specifier] of text.matchAll(/(?:\bfrom |^\s*import |\bimport\()"([^"]+)"/g)) add(specifier, line)
  if (name.endsWith(".tsx")) add("hono", lines[0].line)
  return imports
}
