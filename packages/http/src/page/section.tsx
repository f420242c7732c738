import type { Content, Markup } from "./view.ts"

interface SectionProps {
  /** The fragment of links to this section. */
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly children: Content
}

/** A part of a wide page: its heading and a sentence beside (or above) its content. */
export const Section = ({ id, title, hint, children }: SectionProps): Markup => (
  <section class="section" id={id} aria-labelledby={`${id}-title`}>
    <div class="section-head">
      <h2 id={`${id}-title`}>{title}</h2>
      <p class="hint">{hint}</p>
    </div>
    <div class="card">{children}</div>
  </section>
)
