import type { Sentence } from "../texts/sentence.ts"
import type { Texts } from "../texts/texts.ts"
import type { Content, Markup } from "./view.ts"

/** A sentence above the page's content that is not about a field. */
export interface Notice extends Sentence {
  readonly kind: "success" | "information" | "warning"
}

export type NoticeCode = keyof Texts["notices"]

const kinds: Readonly<Record<NoticeCode, Notice["kind"]>> = {
  setup: "success",
  registered: "success",
  fresh: "information",
  ended: "information",
  "logged-out": "success",
  "account-deleted": "success",
  "foreign-credential": "warning",
  "mail-sent": "information",
  reset: "success",
  joined: "success",
  verified: "success",
  "email-requested": "information",
  "email-cancelled": "success",
  "email-changed": "success",
  "email-undone": "success",
  "other-account": "success",
  details: "success",
  settings: "success",
  password: "success",
  session: "success",
  sessions: "success",
  revoked: "success",
  gone: "information",
  "rotated-before": "warning",
  "denied-before": "warning",
  "collected-before": "warning",
  "user-added": "success",
  "user-invited": "success",
  "user-saved": "success",
  "user-deleted": "success",
  "user-gone": "information",
  "user-link": "success",
  "user-ended": "success",
  "user-session": "success",
  "user-token": "success",
  "acting-stopped": "success"
}

export const noticeOf = (code: NoticeCode, texts: Texts): Notice => ({
  code,
  kind: kinds[code],
  text: texts.notices[code]
})

/**
 * The notice about what was just done. The code in the address selects it from the ones that the page knows, so that a link
 * cannot make a page say anything else.
 */
export const noticeIn = (
  { query, texts }: { readonly query: URLSearchParams; readonly texts: Texts },
  codes: ReadonlyArray<NoticeCode>
): Notice | null => {
  const code = codes.find((each) => each === query.get("done"))
  return code === undefined ? null : noticeOf(code, texts)
}

/** A sentence that screen readers announce when the page opens. Polite, because nothing is wrong. */
export const NoticeBox = ({
  kind,
  children
}: {
  readonly kind: Notice["kind"]
  readonly children: Content
}): Markup => (
  <div class={`notice notice-${kind}`} role="status">
    <p>{children}</p>
  </div>
)

/** The view's notice, if it has one. */
export const OptionalNotice = ({ notice }: { readonly notice: Notice | null }): Markup | null =>
  notice === null ? null : <NoticeBox kind={notice.kind}>{notice.text}</NoticeBox>
