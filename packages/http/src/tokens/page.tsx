import { ErrorSummary, hasErrors } from "../page/form-errors.tsx"
import { Layout } from "../page/layout.tsx"
import { NewTokenSection, newTokenProblem } from "./new-token-section.tsx"
import { OptionalNotice } from "../page/notice.tsx"
import { TokenListSection } from "./token-list-section.tsx"
import type { Markup, TokensView } from "../page/view.ts"

/** The page where users make, rotate and revoke the access tokens of their programs. */
export const TokensPage = (view: TokensView): Markup => {
  const failed = hasErrors(view.form.errors)
  return (
    <Layout view={view} title="Your access tokens" failed={failed} width="wide">
      <div class="page-head">
        <h1>Your access tokens</h1>
        <p class="hint">
          For programs that act for you: package managers, git, scripts, build servers. Give each its own, and no more
          than it needs.
        </p>
      </div>
      <OptionalNotice notice={view.notice} />
      {view.issued === null ? null : <IssuedToken issued={view.issued} />}
      <ErrorSummary {...newTokenProblem(view)} />
      {view.tokens.length === 0 ? null : <TokenListSection view={view} />}
      <NewTokenSection view={view} />
    </Layout>
  )
}

/** The one place where a token's secret ever stands. A field, so that one click or key selects all of it. */
const IssuedToken = ({ issued }: { readonly issued: NonNullable<TokensView["issued"]> }): Markup => (
  <div class="notice notice-success" role="status">
    <h2 class="notice-title">
      <label for="issued-token">
        Your new token “<bdi>{issued.name}</bdi>”
      </label>
    </h2>
    <p>Copy it now: it is not shown again.</p>
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
