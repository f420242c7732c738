import { namedAfter } from "../page/ask.tsx"
import { FormOwner, type PageUser } from "../page/form-owner.tsx"
import { Moment } from "../page/moment.tsx"
import { PageLinks } from "../page/page-links.tsx"
import { Section } from "../page/section.tsx"
import type { Markup } from "../page/view.ts"
import type { Texts } from "../texts/texts.ts"
import type { CliLoginEntry, CliLoginsView } from "./view.ts"

interface SectionProps {
  readonly view: CliLoginsView
  readonly user: PageUser
  readonly texts: Texts
}

/** Lists the programs whose code the user entered, each with a link to its page. Those that wait can be denied here. */
export const CliLoginsSection = ({ view, user, texts }: SectionProps): Markup => (
  <Section id="programs" title={texts.cliLogin.list.title} hint={texts.cliLogin.list.hint}>
    <ul class="sessions">
      {view.entries.map((entry, at) => (
        <CliLoginItem id={`p${at}`} entry={entry} user={user} texts={texts} />
      ))}
    </ul>
    <PageLinks newest={view.newestPath} older={view.olderPath} labels={texts.cliLogin.list} />
  </Section>
)

interface ItemProps {
  readonly id: string
  readonly entry: CliLoginEntry
  readonly user: PageUser
  readonly texts: Texts
}

const CliLoginItem = ({ id, entry, user, texts }: ItemProps): Markup => {
  const { list } = texts.cliLogin
  const from = [entry.agent, entry.address].filter((part) => part !== null)
  return (
    <li class="session">
      <div>
        <h3 class="session-name">
          <bdi id={id}>{entry.program}</bdi> <span class="badge">{list.states[entry.state]}</span>
        </h3>
        <dl class="facts">
          <div>
            <dt>{list.asked}</dt>
            <dd>
              <Moment instant={entry.askedAt} texts={texts} />
            </dd>
          </div>
          {from.length === 0 ? null : (
            <div>
              <dt>{list.from}</dt>
              <dd>
                {from.map((part, at) => (
                  <>
                    {at === 0 ? "" : ", "}
                    <bdi>{part}</bdi>
                  </>
                ))}
              </dd>
            </div>
          )}
        </dl>
      </div>
      <div class="session-actions">
        <a class="button button-quiet" href={entry.path} {...namedAfter("look", id)}>
          {list.look}
        </a>
        {entry.denyPath === null ? null : (
          <form method="post" action={entry.denyPath}>
            <FormOwner user={user} />
            <button class="button button-quiet" type="submit" {...namedAfter("deny", id)}>
              {list.deny}
            </button>
          </form>
        )}
      </div>
    </li>
  )
}
