import type { Texts } from "@latchkey/http/texts"
import type { CodeStep, LinkStep, MailParts } from "./mail-parts.ts"
import { type Markup, markup } from "./markup.ts"

/**
 * Colours of the pages. Programs for mail understand neither variables nor `light-dark`, and some read styles of elements only, so
 * each element has its light colours, and a style sheet has the dark ones.
 */
const dark = `@media (prefers-color-scheme: dark) {
  .page { background-color: #121514 !important; }
  .card { background-color: #1a1e1c !important; border-color: #303432 !important; }
  .text { color: #eceeec !important; }
  .muted { color: #adb0ae !important; }
  .link { color: #7fd3b6 !important; }
  .button { background-color: #7fd3b6 !important; color: #121514 !important; }
  .line { border-color: #303432 !important; }
}`

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
const styles = {
  page: `margin:0;padding:24px 12px;background-color:#f6f5f2;${font};font-size:16px;line-height:1.5`,
  card: "max-width:480px;margin:0 auto;padding:24px 20px;background-color:#ffffff;border:1px solid #dfe0e0;border-radius:8px",
  name: "margin:0 0 16px;font-size:18px;font-weight:600;color:#1b1f1d;overflow-wrap:anywhere",
  text: "margin:0 0 16px;color:#1b1f1d;overflow-wrap:anywhere",
  button:
    "display:inline-block;padding:12px 20px;border-radius:8px;background-color:#14614f;color:#ffffff;font-weight:600;text-decoration:none",
  muted: "margin:0 0 16px;font-size:14px;color:#5f6260",
  link: "color:#14614f;word-break:break-all;overflow-wrap:anywhere",
  code: "margin:0 0 16px;color:#1b1f1d;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:16px;word-break:break-all;overflow-wrap:anywhere",
  last: "margin:24px 0 0;padding:16px 0 0;border-top:1px solid #dfe0e0;font-size:14px;color:#5f6260"
}

/** A mail as an HTML document: no script, nothing that is loaded from elsewhere, nothing that tells when it is read. */
export const mailHtml = (parts: MailParts, { language }: Texts, application: string): string => {
  const { subject, about, step, unexpected } = parts
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>
${{ html: dark }}
</style>
</head>
<body class="page" style="${styles.page}">
<div class="card" style="${styles.card}">
<h1 class="text" style="${styles.name}">${application}</h1>
<p class="text" style="${styles.text}">${about}</p>
${step === null ? "" : stepMarkup(step)}<p class="muted line" style="${styles.last}">${unexpected}</p>
</div>
</body>
</html>
`.html
}

const stepMarkup = (step: LinkStep | CodeStep): Markup => {
  const lasts = step.lasts === null ? "" : markup`<p class="muted" style="${styles.muted}">${step.lasts}</p>\n`
  if ("code" in step)
    return markup`<p class="text" style="${styles.text}">${step.enterCode}</p>
<p class="text" style="${styles.code}">${step.code}</p>
${lasts}`
  return markup`<p style="margin:0 0 16px"><a class="button" href="${step.link}" style="${styles.button}">${step.label}</a></p>
<p class="muted" style="${styles.muted}">${step.orOpen}<br><a class="link" href="${step.link}" style="${styles.link}">${step.link}</a></p>
${lasts}`
}
