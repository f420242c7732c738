import { Section } from "../page/section.tsx"
import type { Markup, PageView } from "../page/view.ts"
import type { AccountDataView } from "./view.ts"

/** The part of the profile that leads to the download of all data, and to the end of the account. */
export const DataSection = ({ view }: { readonly view: AccountDataView & Pick<PageView, "texts"> }): Markup => {
  const { title, hint, download, remove } = view.texts.account
  return (
    <Section id="data" title={title} hint={hint}>
      <p class="actions">
        <a class="button button-quiet" href={view.downloadPath}>
          {download.title}
        </a>
        {view.deletePath === null ? null : (
          <a class="button button-danger" href={view.deletePath}>
            {remove.title}
          </a>
        )}
      </p>
    </Section>
  )
}
