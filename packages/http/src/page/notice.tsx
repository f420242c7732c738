import type { Child } from "hono/jsx"
import type { Markup } from "./view.ts"

/** A sentence above the page's content that is not about a field. */
export interface Notice {
  readonly kind: "success" | "information" | "warning"
  readonly text: string
}

/**
 * The notice about what was just done. The code in the address selects it from a closed list, so that a link cannot make a
 * page say anything else.
 */
export const noticeIn = (query: URLSearchParams, notices: Readonly<Record<string, Notice>>): Notice | null => {
  const code = query.get("done") ?? ""
  return Object.hasOwn(notices, code) ? (notices[code] ?? null) : null
}

/** A sentence that screen readers announce when the page opens. Polite, because nothing is wrong. */
export const NoticeBox = ({ kind, children }: { readonly kind: Notice["kind"]; readonly children: Child }): Markup => (
  <div class={`notice notice-${kind}`} role="status">
    <p>{children}</p>
  </div>
)

/** The view's notice, if it has one. */
export const OptionalNotice = ({ notice }: { readonly notice: Notice | null }): Markup | null =>
  notice === null ? null : <NoticeBox kind={notice.kind}>{notice.text}</NoticeBox>
