import type { CodeStep, LinkStep, MailParts } from "./mail-parts.ts"

/** A mail as plain text. A link and a code stand on a line of their own, so that a click or a double click takes all of it. */
export const mailText = ({ about, step, unexpected }: MailParts): string =>
  `${[about, ...(step === null ? [] : stepLines(step)), unexpected].join("\n\n")}\n`

const stepLines = (step: LinkStep | CodeStep): ReadonlyArray<string> => {
  const [before, itself] = "link" in step ? [`${step.label}:`, step.link] : [step.enterCode, step.code]
  return [`${before}\n${itself}`, ...(step.lasts === null ? [] : [step.lasts])]
}
