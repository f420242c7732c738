import type { Content, Markup } from "../page/view.ts"

interface SearchFormProps {
  readonly label: string
  readonly action: string
  readonly submit: string
  readonly children: Content
}

/** A form that asks for a page, and changes nothing: a search is a part of the address, so that it can be kept and sent on. */
export const SearchForm = ({ label, action, submit, children }: SearchFormProps): Markup => (
  <search aria-label={label}>
    <form class="actions search" method="get" action={action}>
      {children}
      <button class="button" type="submit">
        {submit}
      </button>
    </form>
  </search>
)
