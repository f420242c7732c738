import type { MessageView } from "../page/message.tsx"
import type { Texts } from "../texts/texts.ts"
import type { Asker } from "./gate.ts"
import type { Head } from "./head.ts"
import { stepsFor } from "./next-steps.ts"
import type { Problem } from "./problem.ts"
import type { SurfaceContext } from "./surface-context.ts"

/** What the page of a problem shows: the menu of whoever asked, the reason, and the next step (ERR-06). */
export const messageFor = (problem: Problem, head: Head, asker: Asker, context: SurfaceContext): MessageView => {
  const texts = context.textsFor(head)
  const identity = typeof asker === "string" ? null : asker
  const said = saidOf(problem, texts.problems)
  return {
    ...context.viewFor({ identity, texts }),
    ...(asker === "unknown" ? { navigation: [] } : {}),
    title: problem.title ?? said.title,
    text: problem.text ?? said.text,
    code: problem.code,
    status: problem.status,
    actions:
      problem.link === undefined ? stepsFor(problem, head, identity, texts.problems.steps, context) : [problem.link]
  }
}

/** What a page says about a problem: by its code, or else by its status, with the time to wait if there is one. */
const saidOf = ({ code, status, headers }: Problem, texts: Texts["problems"]): Pick<MessageView, "title" | "text"> => {
  const byStatus: Readonly<Record<number, Pick<MessageView, "title" | "text">>> = texts.byStatus
  const byCode: Readonly<Record<string, string>> = texts.byCode
  const byWait: Readonly<Record<number, (seconds: number) => string>> = texts.byWait
  const said = byStatus[status] ?? texts.otherwise
  const seconds = Number(headers?.["Retry-After"])
  if (Object.hasOwn(byCode, code)) return { title: said.title, text: byCode[code] ?? said.text }
  return { title: said.title, text: (seconds > 0 ? byWait[status]?.(seconds) : undefined) ?? said.text }
}
