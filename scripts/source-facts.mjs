// Reads one TypeScript file into the facts our checks judge: what it imports, which pieces of code deserve a look, and
// which tests it titles. The parser sees code only, so words in comments and strings never count.
import ts from "typescript"

/** `{ imports: [{ to, line, type }], pieces: [{ code, line }], titles: [{ title, line }] }` of a source text. */
export const factsOf = (path, text) => {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const facts = { imports: [], pieces: [], titles: [] }
  const lineOf = (node) => tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const visit = (node) => {
    const found = importIn(node)
    if (found) facts.imports.push({ ...found, line: lineOf(node) })
    if (isPiece(node)) facts.pieces.push({ code: node.getText().replace(/^globalThis\./, ""), line: lineOf(node) })
    const title = titleIn(node)
    if (title) facts.titles.push({ title, line: lineOf(node) })
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return facts
}

const importIn = (node) => {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
    return { to: node.moduleSpecifier.text, type: isTypeOnly(node) }
  if (ts.isImportTypeNode(node)) return { to: node.argument.literal?.text ?? "", type: true }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return { to: node.arguments[0]?.text ?? "", type: false }
  return null
}

/** `import type …`, `export type …`, or braces in which every name says `type`. */
const isTypeOnly = (node) => {
  const clause = ts.isImportDeclaration(node) ? node.importClause : node
  if (clause?.isTypeOnly) return true
  const elements = (ts.isImportDeclaration(node) ? clause?.namedBindings : node.exportClause)?.elements
  return !clause?.name && elements?.length > 0 && elements.every((element) => element.isTypeOnly)
}

const isPiece = (node) =>
  ts.isPropertyAccessExpression(node) ||
  ts.isNewExpression(node) ||
  ts.isRegularExpressionLiteral(node) ||
  (ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node.parent) && /^set(?:Timeout|Interval)$/.test(node.text))

/** The title of `it("…")`, `test.each(…)("…")`, `law("…")`, `raceLaw("…")` and of a scenario's `states: "…"`; skipped tests have none. */
const titleIn = (node) => {
  if (ts.isPropertyAssignment(node) && node.name.getText() === "states") return textOf(node.initializer)
  if (!ts.isCallExpression(node) || !/^(?:it|test|law|\w+Law)\b/.test(node.expression.getText())) return null
  if (/^(?:it|test)[^(]*\.(?:skip|todo|fails)\b(?!If)/.test(node.expression.getText())) return null
  return textOf(node.arguments[0])
}

const textOf = (node) => {
  if (!node) return null
  if (ts.isStringLiteralLike(node)) return node.text
  return ts.isTemplateExpression(node) ? node.getText() : null
}
