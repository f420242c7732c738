import { agoText, Moment, momentText } from "../page/moment.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import type { TokensView, TokenView } from "./view.ts"

const HOUR = 3_600_000

/** Lists the user's live tokens, each with a button that revokes it (PAT-07). */
export const TokenListSection = ({ view }: { readonly view: TokensView }): Markup => {
  const texts = view.texts.tokens.list
  return (
    <Section
      id="tokens"
      title={texts.title}
      hint={view.asksCurrentPassword ? texts.hintNotFresh : texts.hint(texts.span(Math.round(view.overlap / HOUR)))}
    >
      <ul class="sessions">
        {view.tokens.map((token) => (
          <TokenItem
            token={token}
            now={view.now}
            texts={view.texts}
            canRotate={!view.asksCurrentPassword && !token.isReplaced}
          />
        ))}
      </ul>
      {view.olderPath === null ? null : (
        <p class="sessions-foot">
          <a href={view.olderPath}>{texts.older}</a>
        </p>
      )}
    </Section>
  )
}

interface TokenItemProps {
  readonly token: TokenView
  readonly now: TokensView["now"]
  readonly canRotate: boolean
  readonly texts: Texts
}

const TokenItem = ({ token, now, canRotate, texts: catalogue }: TokenItemProps): Markup => {
  const texts = catalogue.tokens.list
  return (
    <li class="session">
      <div class="session-text">
        <h3 class="session-name">
          <bdi>{token.name}</bdi> {token.isReplaced ? <span class="badge">{texts.replaced}</span> : null}
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
            <dt>{texts.created}</dt>
            <dd>
              <Moment instant={token.createdAt} texts={catalogue} />
            </dd>
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
        {canRotate ? (
          <form method="post" action={token.rotatePath}>
            <button class="button button-quiet" type="submit">
              {texts.rotate}
              <TokenName token={token} texts={catalogue} />
            </button>
          </form>
        ) : null}
        <form method="post" action={token.revokePath}>
          <button class="button button-quiet" type="submit">
            {texts.revoke}
            <TokenName token={token} texts={catalogue} />
          </button>
        </form>
      </div>
    </li>
  )
}

/** Which token a button is about, for people who use a screen reader. */
const TokenName = ({ token, texts }: { readonly token: TokenView; readonly texts: Texts }): Markup => (
  <span class="visually-hidden">{texts.tokens.list.about(token.name, momentText(token.createdAt, texts))}</span>
)
