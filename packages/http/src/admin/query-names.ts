import { type FieldProblem, fieldProblem, valueProblem } from "../request/field-problem.ts"

/** What is wrong with the names of a query: those that the list does not read, and those that come twice (ADM-07). */
export const nameProblems = (query: URLSearchParams, names: ReadonlySet<string>): Array<FieldProblem> =>
  [...new Set(query.keys())].flatMap((name) => {
    if (!names.has(name)) return [fieldProblem("extra_forbidden", ["query", name])]
    return query.getAll(name).length > 1 ? [valueProblem(["query", name], "Input should be there once")] : []
  })
