import { agoText, Moment } from "../page/moment.tsx"
import type { Markup } from "../page/view.ts"
import { spanText } from "./span-text.ts"
import type { CliLoginView } from "./view.ts"

/** Who asks, from where, and for what (DEV-11). What the program said of itself is set apart, so that it turns no other text around. */
export const RequestFacts = ({ view }: { readonly view: CliLoginView }): Markup => {
  const texts = view.texts.cliLogin.facts
  const { gift, scopes } = view
  return (
    <dl class="facts">
      {view.code === null ? null : (
        <div>
          <dt>{texts.code}</dt>
          <dd>
            <code class="code strong">{view.code}</code>
          </dd>
        </div>
      )}
      <div>
        <dt>{texts.address}</dt>
        <dd>{view.address === null ? texts.addressUnknown : <bdi>{view.address}</bdi>}</dd>
      </div>
      {view.agent === null ? null : (
        <div>
          <dt>{texts.agent}</dt>
          <dd>
            <bdi>{view.agent}</bdi>
          </dd>
        </div>
      )}
      <div>
        <dt>{texts.asked}</dt>
        <dd>
          <Moment instant={view.askedAt} texts={view.texts} />{" "}
          <span class="ago">({agoText(view.askedAt, view.now, view.texts)})</span>
        </dd>
      </div>
      <div>
        <dt>{texts.account}</dt>
        <dd>
          <bdi class="strong">{view.loggedInAs}</bdi>
        </dd>
      </div>
      <div>
        <dt>{texts.gives}</dt>
        <dd>
          {gift.kind === "token"
            ? texts.token(spanText(gift.lifetime, view.texts))
            : texts.session(spanText(gift.idle, view.texts), spanText(gift.absolute, view.texts))}
        </dd>
      </div>
      <div>
        <dt>{texts.access}</dt>
        <dd>
          {gift.kind === "session"
            ? texts.everything
            : scopes.length === 0
              ? texts.identifiesOnly
              : scopes.map(({ name, about }) => (
                  <div>
                    {about} <code>{name}</code>
                  </div>
                ))}
        </dd>
      </div>
    </dl>
  )
}
