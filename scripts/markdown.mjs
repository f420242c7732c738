// Reads markdown into what check-docs judges: code fences, links and headings, each with its line. Nothing else of
// markdown matters to us, so this is a page of code instead of a parser.

/**
 * `{ fences: [{ lang, info, line, code }], links: [{ to, line }], spans: [{ code, line }], headings: [string], anchors: [string] }` of
 * a markdown text. Headings are those of the second level; every heading has an anchor.
 */
export const readMarkdown = (text) => {
  const page = { fences: [], links: [], spans: [], headings: [], anchors: [] }
  let open = null
  for (const [index, row] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const [, indent, marks, lang, info] = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)\s*(.*)$/.exec(row) ?? []
    if (open) {
      const closes = marks?.startsWith(open.marks) && lang === "" && info === ""
      if (closes) page.fences.push({ lang: open.lang, info: open.info, line: open.line, code: open.code })
      else open.code.push(row.startsWith(open.indent) ? row.slice(open.indent.length) : row.trimStart())
      if (closes) open = null
    } else if (marks) open = { marks, indent, lang, info, line, code: [] }
    else readProse(page, row, line)
  }
  if (open) page.fences.push({ lang: "unclosed", info: "", line: open.line, code: [] })
  return page
}

const readProse = (page, row, line) => {
  const [, marks, heading] = /^(#{1,6}) (.+?)\s*$/.exec(row) ?? []
  if (marks === "##") page.headings.push(heading)
  if (heading) page.anchors.push(numbered(anchorOf(heading), page.anchors))
  for (const [, code] of row.matchAll(/`([^`]*)`/g)) page.spans.push({ code, line })
  const prose = row.replace(/`[^`]*`/g, "")
  const inline = prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)
  const reference = /^\[[^\]]+\]:\s+(\S+)/.exec(prose)
  for (const [, to] of [...inline, ...(reference ? [reference] : [])]) page.links.push({ to, line })
}

/** What a link to a heading has behind `#`, on GitHub and on the site. */
const anchorOf = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-")

/** A heading that stands twice has a number the second time. */
const numbered = (anchor, before) => {
  let name = anchor
  for (let count = 1; before.includes(name); count++) name = `${anchor}-${count}`
  return name
}

/**
 * The modules hidden in the TypeScript fences of a page: `[{ name, lines: [{ text, line }] }]`. Each fence is a module of
 * its own. A first line `// file: auth.ts` names it, so that the other fences can import "./auth.ts"; ```ts continued adds
 * to the module of the fence before.
 */
export const modulesOf = (fences) => {
  const modules = []
  for (const { lang, info, line, code } of fences) {
    if (lang !== "ts" && lang !== "tsx") continue
    const lines = code.map((text, index) => ({ text, line: line + 1 + index }))
    const named = /^\/\/ file: (\S+)/.exec(code[0] ?? "")?.[1]
    const last = modules.at(-1)
    if (info.split(/\s+/).includes("continued") && last) last.lines.push(...lines)
    else modules.push({ name: named ?? `fence-${line}.${lang}`, lines })
  }
  return modules
}
