import ts from "typescript"
import { expect, it } from "vitest"
import { effectFindings } from "./lint-effect.mjs"

const file = `${import.meta.dirname}/planted.ts`

/** What is found in a file of the repository with this text. */
const findingsIn = (text) => {
  const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, ...how) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : getSourceFile(name, ...how)
  const program = ts.createProgram([file], options, host)
  return effectFindings(program, [file]).map(({ messageText }) => /effect\((\w+)\)/.exec(messageText)?.[1])
}

it("an effect that nothing runs and a yield without its star are found", { timeout: 60_000 }, () => {
  const planted = `
    import * as Effect from "effect/Effect"
    Effect.log("never run")
    export const program = Effect.gen(function* () {
      yield Effect.log("no star")
      yield* Effect.log("fine")
    })
  `
  expect(new Set(findingsIn(planted))).toEqual(new Set(["floatingEffect", "missingStarInYieldEffectGen"]))
})
