import type { Instant } from "@latchkey/core"
import { ErrorSummary } from "./error-summary.tsx"
import { PasswordField, SelectField, TextField } from "./field.tsx"
import { type Form, type FormErrors, formOf, hasErrors } from "./form.ts"
import { AccountName } from "./form-owner.tsx"
import { Layout } from "./layout.tsx"
import { Moment } from "./moment.tsx"
import type { Markup, PageView } from "./view.ts"

/** The view of a question: a page asks before it does what cannot be undone (CSR-15). */
export interface AskView extends PageView {
  /** What it is about, in short, for the title of the document. */
  readonly title: string
  readonly question: string
  /** What will happen. */
  readonly consequences: string
  /** By what people recognise the thing that it is about. */
  readonly facts: ReadonlyArray<AskFact>
  /** What is needed besides the answer. */
  readonly fields: ReadonlyArray<AskField>
  readonly errors: FormErrors
  /** POST here does it. */
  readonly action: string
  /** The text of the button that does it. */
  readonly submit: string
  /** Nothing ends or is lost by it, so the button does not warn. */
  readonly isHarmless?: true
  /** The way back, on which nothing happens. */
  readonly back: { readonly label: string; readonly href: string }
}

export interface AskFact {
  readonly label: string
  readonly value: string | Instant
}

/** A field of a question: the current password, a text, or something to choose. */
export type AskField =
  | {
      readonly kind: "text"
      readonly name: string
      readonly label: string
      readonly hint: string
      readonly value: string
    }
  | { readonly kind: "password"; readonly name: string; readonly label: string; readonly hint: string }
  | {
      readonly kind: "choice"
      readonly name: string
      readonly label: string
      readonly value: string
      readonly choices: ReadonlyArray<{ readonly value: string; readonly label: string }>
    }

/** The question in one go, for the dialog that asks on the page itself. */
export const askSentence = ({ question, consequences }: Pick<AskView, "question" | "consequences">): string =>
  `${question} ${consequences}`

/** One page for all questions: what it is about, what will happen, the button that does it, and a way back. */
export const AskPage = (view: AskView): Markup => {
  const form = formOf(view, { id: "ask", fields: view.fields.map(({ name }) => name), errors: view.errors })
  return (
    <Layout view={view} title={view.title} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <h1>{view.question}</h1>
        <ErrorSummary form={form} />
        {view.facts.length === 0 ? null : <Facts view={view} />}
        <p>{view.consequences}</p>
        <form class="form" method="post" action={view.action} novalidate>
          {view.fields.map((field) => (
            <Field form={form} field={field} view={view} />
          ))}
          <div class="actions">
            <button class={view.isHarmless === true ? "button" : "button button-grave"} type="submit">
              {view.submit}
            </button>
            <a class="button button-quiet" href={view.back.href}>
              {view.back.label}
            </a>
          </div>
        </form>
      </div>
    </Layout>
  )
}

const Facts = ({ view: { facts, texts } }: { readonly view: AskView }): Markup => (
  <dl class="facts">
    {facts.map(({ label, value }) => (
      <div>
        <dt>{label}</dt>
        <dd>{typeof value === "string" ? <bdi>{value}</bdi> : <Moment instant={value} texts={texts} />}</dd>
      </div>
    ))}
  </dl>
)

interface FieldProps {
  readonly form: Form
  readonly field: AskField
  readonly view: AskView
}

const Field = ({ form, field, view }: FieldProps): Markup => {
  const { kind, ...rest } = field
  if ("hint" in rest && "value" in rest) return <TextField form={form} {...rest} autocomplete="off" />
  if ("choices" in rest) return <SelectField form={form} {...rest} />
  return (
    <>
      <AccountName view={view} />
      <PasswordField form={form} {...rest} autocomplete="current-password" required />
    </>
  )
}
