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
    </Layout>
  )
}

interface IssuedTokenProps {
  readonly issued: NonNullable<TokensView["issued"]>
  readonly texts: Texts
}

/** The only place that ever shows a token's secret. A field, so that one click or key selects all of it. */
const IssuedToken = ({ issued, texts }: IssuedTokenProps): Markup => (
  <div class="notice notice-success" role="status">
    <h2 class="notice-title">
      <label for="issued-token">
        {texts.tokens.issued.before}
        <bdi>{issued.name}</bdi>
        {texts.tokens.issued.after}
      </label>
    </h2>
    <p>{texts.tokens.issued.copy}</p>
    <input
      class="input secret"
      id="issued-token"
      type="text"
      value={issued.secret}
      readonly
      autofocus
      spellcheck={false}
    />
  </div>
)
