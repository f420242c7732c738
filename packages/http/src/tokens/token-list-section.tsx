import { AskLink, namedAfter } from "../page/ask.tsx"
import { askSentence } from "../page/ask-page.tsx"
import { agoText, Moment } from "../page/moment.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import type { TokensView, TokenView } from "./view.ts"

const HOUR = 3_600_000

/** Lists the user's live tokens, each with links to the questions whether to rotate or revoke it (PAT-07, CSR-15). */
export const TokenListSection = ({ view }: { readonly view: TokensView }): Markup => {
  const texts = view.texts.tokens.list
  return (
    <Section id="tokens" title={texts.title} hint={texts.hint(texts.span(Math.round(view.overlap / HOUR)))}>
      <ul class="sessions">
        {view.tokens.map((token, at) => (
          <TokenItem id={`t${at}`} token={token} now={view.now} texts={view.texts} />
        ))}
      </ul>
      <PageLinks newest={view.newestPath} older={view.olderPath} labels={texts} />
    </Section>
  )
}

interface TokenItemProps {
  readonly id: string
  readonly token: TokenView
  readonly now: TokensView["now"]
  readonly texts: Texts
}

const TokenItem = ({ id, token, now, texts: catalogue }: TokenItemProps): Markup => {
  const { ask, list: texts } = catalogue.tokens
  const question = askSentence({ ...ask.revoke, question: ask.revoke.question(token.name) })
  return (
    <li class="session">
      <div>
        <h3 class="session-name">
          <bdi id={id}>{token.name}</bdi> {token.isReplaced ? <span class="badge">{texts.replaced}</span> : null}
          {token.isImported ? <span class="badge">{texts.imported}</span> : null}
        </h3>
        <dl class="facts">
          {token.hint === "" ? null : (
            <div>
              <dt>{texts.endsIn}</dt>
              <dd>
                <code>…{token.hint}</code>
              </dd>
            </div>
          )}
          <div>
            <dt>{texts.access}</dt>
            <dd>{token.scopes.length === 0 ? texts.noScopes : token.scopes.join(", ")}</dd>
          </div>
          <div>
            <dt>{texts.lastUsed}</dt>
            <dd>
              {token.lastUsedAt === null ? (
                texts.neverUsed
              ) : (
                <>
                  <Moment instant={token.lastUsedAt} texts={catalogue} />{" "}
                  <span class="ago">({agoText(token.lastUsedAt, now, catalogue)})</span>
                </>
              )}
            </dd>
          </div>
          <div>
            <dt>{texts.expires}</dt>
            <dd>
              {token.expiresAt === null ? texts.neverExpires : <Moment instant={token.expiresAt} texts={catalogue} />}
            </dd>
          </div>
        </dl>
      </div>
      <div class="session-actions">
        {token.isReplaced ? null : (
          <a class="button button-quiet" href={token.rotatePath} {...namedAfter("rotate", id)}>
            {texts.rotate}
          </a>
        )}
        <AskLink href={token.revokePath} question={question} label={texts.revoke} about={id} />
      </div>
    </li>
  )
}
