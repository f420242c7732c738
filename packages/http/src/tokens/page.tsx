import { ErrorSummary, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import { NewTokenSection, newTokenProblem } from "./new-token-section.tsx"
import { tokenTexts as texts } from "./texts.ts"
import { TokenListSection } from "./token-list-section.tsx"
import type { TokensView } from "./view.ts"

/** The page where users create, rotate and revoke the access tokens of their programs. */
export const TokensPage = (view: TokensView): Markup => {
  const failed = hasErrors(view.form.errors)
  return (
    <Layout view={view} title={texts.title} failed={failed} width="wide">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <p class="hint">{texts.about}</p>
      </div>
      <OptionalNotice notice={view.notice} />
      {view.issued === null ? null : <IssuedToken issued={view.issued} />}
      <ErrorSummary {...newTokenProblem(view)} />
      {view.tokens.length === 0 ? null : <TokenListSection view={view} />}
      <NewTokenSection view={view} />
    </Layout>
  )
}

/** The only place that ever shows a token's secret. A field, so that one click or key selects all of it. */
const IssuedToken = ({ issued }: { readonly issued: NonNullable<TokensView["issued"]> }): Markup => (
  <div class="notice notice-success" role="status">
    <h2 class="notice-title">
      <label for="issued-token">
        {texts.issued.before}
        <bdi>{issued.name}</bdi>
        {texts.issued.after}
      </label>
    </h2>
    <p>{texts.issued.copy}</p>
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
