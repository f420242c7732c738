/** What the profile shows of the account as a whole. */
export interface AccountDataView {
  /** The page that asks before the download. */
  readonly downloadPath: string
  /** The page that asks before the account is deleted; null where people cannot delete it. */
  readonly deletePath: string | null
}
