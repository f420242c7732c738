import type { Markup } from "./view.ts"

/** The picture beside the application's name: the host's logo, or a small keyhole. Decoration only. */
export const BrandPicture = ({ logo }: { readonly logo: string | null }): Markup =>
  logo === null ? <BrandMark /> : <img class="logo" src={logo} alt="" height="32" />

const BrandMark = (): Markup => (
  <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
    <rect class="mark-plate" width="32" height="32" rx="9" />
    <path class="mark-hole" d="M16 6a5.75 5.75 0 0 0-2.85 10.74L11.4 26h9.2l-1.75-9.26A5.75 5.75 0 0 0 16 6Z" />
  </svg>
)

/** The same mark as a data url, so that browsers do not request a favicon that the host may not have. */
export const favicon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E" +
  "%3Crect width='32' height='32' rx='9' fill='%2314614f'/%3E" +
  "%3Cpath fill='%23fff' d='M16 6a5.75 5.75 0 0 0-2.85 10.74L11.4 26h9.2l-1.75-9.26A5.75 5.75 0 0 0 16 6Z'/%3E%3C/svg%3E"
