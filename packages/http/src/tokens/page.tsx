import { AskDialog } from "../page/ask.tsx"
import { CopyButton } from "../page/copy.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import { NewTokenSection, newTokenForm } from "./new-token-section.tsx"
import { TokenListSection } from "./token-list-section.tsx"
import type { TokensView } from "./view.ts"

/** The page where users create, rotate and revoke the access tokens of their programs. */
export const TokensPage = (view: TokensView): Markup => {
  const texts = view.texts.tokens
  const form = newTokenForm(view)
  return (
    <Layout view={view} title={texts.title} failed={hasErrors(form)} width="wide">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint">{texts.about}</p>
      </div>
      <OptionalNotice notice={view.notice} />
      {view.issued === null ? null : <IssuedToken issued={view.issued} texts={view.texts} />}
      <ErrorSummary form={form} />
      {view.tokens.length === 0 ? null : <TokenListSection view={view} />}
      <NewTokenSection view={view} form={form} />
      {view.tokens.length === 0 ? null : <AskDialog texts={view.texts} />}
    </Layout>
  )
}

interface IssuedTokenProps {
  readonly issued: NonNullable<TokensView["issued"]>
  readonly texts: Texts
}

/**
 * The only place that ever shows a token's secret. One click selects a whole line. The heading gets the focus, so that a keyboard
 * begins here, and a screen reader says what there is.
 */
const IssuedToken = ({ issued, texts }: IssuedTokenProps): Markup => (
  <section class="notice notice-success issued" aria-labelledby="issued-title">
    <h2 class="notice-title" id="issued-title" tabindex={-1} autofocus>
      {texts.tokens.issued.before}
      <bdi>{issued.name}</bdi>
      {texts.tokens.issued.after}
    </h2>
    <p>{texts.tokens.issued.copy}</p>
    <Line id="issued-token" line={issued.secret} texts={texts} />
    {issued.usage.map(({ label, command }, at) => (
      <>
        <p>{label}</p>
        <Line id={`issued-usage-${at}`} line={command} texts={texts} />
      </>
    ))}
  </section>
)

interface LineProps {
  readonly id: string
  readonly line: string
  readonly texts: Texts
}

const Line = ({ id, line, texts }: LineProps): Markup => (
  <div class="session-actions">
    <code class="secret" id={id}>
      {line}
    </code>
    <CopyButton of={id} texts={texts} />
  </div>
)
