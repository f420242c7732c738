import type { Child } from "hono/jsx"
import type { Markup, Notice } from "./view.ts"

/** A sentence that is announced when the page opens: politely, as nothing is wrong. */
export const NoticeBox = ({ kind, children }: { readonly kind: Notice["kind"]; readonly children: Child }): Markup => (
  <div class={`notice notice-${kind}`} role="status">
    <p>{children}</p>
  </div>
)

/** The view's notice, if it has one. */
export const OptionalNotice = ({ notice }: { readonly notice: Notice | null }): Markup | null =>
  notice === null ? null : <NoticeBox kind={notice.kind}>{notice.text}</NoticeBox>
