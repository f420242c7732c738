import { agoText, Moment, momentText } from "../page/moment.tsx"
import { Section } from "../page/section.tsx"
import type { Instant, Markup, TokensView, TokenView } from "../page/view.ts"

/** Lists the user's live tokens, each with a button that revokes it (PAT-07). */
export const TokenListSection = ({ view }: { readonly view: TokensView }): Markup => (
  <Section
    id="tokens"
    title="Tokens"
    hint={
      view.asksCurrentPassword
        ? "Revoke any you do not recognise. To rotate one, log in once more."
        : `Revoke any you do not recognise. A rotated token goes on for ${spanText(view.overlap)} beside the new one.`
    }
  >
    <ul class="sessions">
      {view.tokens.map((token) => (
        <TokenItem token={token} now={view.now} canRotate={!view.asksCurrentPassword && !token.isReplaced} />
      ))}
    </ul>
  </Section>
)

interface TokenItemProps {
  readonly token: TokenView
  readonly now: Instant
  readonly canRotate: boolean
}

const TokenItem = ({ token, now, canRotate }: TokenItemProps): Markup => (
  <li class="session">
    <div class="session-text">
      <h3 class="session-name">
        <bdi>{token.name}</bdi> {token.isReplaced ? <span class="badge">Replaced</span> : null}
        {token.isImported ? <span class="badge">Imported</span> : null}
      </h3>
      <dl class="facts">
        {token.hint === "" ? null : (
          <div>
            <dt>Ends in</dt>
            <dd>
              <code>…{token.hint}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>May</dt>
          <dd>{token.scopes.length === 0 ? "only say who you are" : token.scopes.join(", ")}</dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd>
            <Moment instant={token.createdAt} />
          </dd>
        </div>
        <div>
          <dt>Last used</dt>
          <dd>
            {token.lastUsedAt === null ? (
              "never"
            ) : (
              <>
                <Moment instant={token.lastUsedAt} /> <span class="ago">({agoText(token.lastUsedAt, now)})</span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Expires</dt>
          <dd>{token.expiresAt === null ? "never" : <Moment instant={token.expiresAt} />}</dd>
        </div>
      </dl>
    </div>
    <div class="session-actions">
      {canRotate ? (
        <form method="post" action={token.rotatePath}>
          <button class="button button-quiet" type="submit">
            Rotate
            <TokenName token={token} />
          </button>
        </form>
      ) : null}
      <form method="post" action={token.revokePath}>
        <button class="button button-quiet" type="submit">
          Revoke
          <TokenName token={token} />
        </button>
      </form>
    </div>
  </li>
)

/** Which token a button is about, for whoever does not see where it stands. */
const TokenName = ({ token }: { readonly token: TokenView }): Markup => (
  <span class="visually-hidden">{` token: ${token.name}, made ${momentText(token.createdAt)}`}</span>
)

const spanText = (span: number): string => {
  const hours = Math.round(span / 3_600_000)
  if (hours < 1) return "a short while"
  return hours === 1 ? "an hour" : `${hours} hours`
}
