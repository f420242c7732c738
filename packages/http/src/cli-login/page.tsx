import { CopyButton } from "../page/copy.tsx"
import { ErrorSummary } from "../page/error-summary.tsx"
import { type Form, formOf, hasErrors } from "../page/form.ts"
import { Layout } from "../page/layout.tsx"
import { Moment } from "../page/moment.tsx"
import { NoticeBox, OptionalNotice } from "../page/notice.tsx"
import type { Markup } from "../page/view.ts"
import { ApproveForm, DenyOnly, showsNumber, Undecided } from "./decision.tsx"
import type { CliLoginState, CliLoginView } from "./view.ts"

/** The page about one program that asks to log in: what it asks for, the decision, and what came of it. */
export const CliLoginPage = (view: CliLoginView): Markup => {
  const { state } = view
  const form = formOf(view, { id: "cli", fields: ["code", "current_password"], errors: view.errors })
  return (
    <Layout view={view} title={titleOf(view)} failed={hasErrors(form)} width="narrow">
      <div class="card">
        <Heading view={view} />
        <OptionalNotice notice={view.notice} />
        <ErrorSummary form={form} />
        {state.name === "undecided" ? (
          <Undecided view={view} form={form} />
        ) : state.name === "approved" ? (
          <Approved view={view} form={form} state={state} />
        ) : (
          <Outcome view={view} state={state} />
        )}
        {view.actions.length === 0 ? null : (
          <p class="actions">
            {view.actions.map(({ label, href }) => (
              <a class="button button-quiet" href={href}>
                {label}
              </a>
            ))}
          </p>
        )}
      </div>
    </Layout>
  )
}

const wordsOf = ({ state, texts: { cliLogin } }: CliLoginView) =>
  state.name === "logged-in" ? cliLogin.loggedIn : cliLogin[state.name]

const titleOf = (view: CliLoginView): string =>
  showsNumber(view) ? view.texts.cliLogin.number.title : wordsOf(view).title

/** With a number, the heading gets the focus, so that a screen reader goes on to the number. */
const Heading = ({ view }: { readonly view: CliLoginView }): Markup => {
  if (showsNumber(view)) {
    return (
      <h1 tabindex={-1} autofocus>
        {view.texts.cliLogin.number.heading}
      </h1>
    )
  }
  const { heading } = wordsOf(view)
  return (
    <h1>
      {heading.before}
      <bdi class="foreign">{view.program}</bdi>
      {heading.after}
    </h1>
  )
}

interface ApprovedProps {
  readonly view: CliLoginView
  readonly form: Form
  readonly state: CliLoginState & { readonly name: "approved" }
}

/** The program may log in, and has not yet: the number that it asks for, and a way to think again. */
const Approved = ({ view, form, state }: ApprovedProps): Markup => {
  const { approved, undecided } = view.texts.cliLogin
  if (!state.hasNumber) {
    return (
      <>
        <NoticeBox kind="success">{approved.goBack}</NoticeBox>
        <DenyOnly view={view} deny={approved.denyAfterAll} />
      </>
    )
  }
  return (
    <>
      {state.number === null ? <p>{approved.numberShown}</p> : <TheNumber view={view} number={state.number} />}
      {state.attemptsLeft === null ? null : (
        <NoticeBox kind="warning">{approved.attemptsLeft(state.attemptsLeft)}</NoticeBox>
      )}
      <ApproveForm view={view} form={form} approve={approved.newNumber} deny={undecided.deny} />
    </>
  )
}

/** The only place that shows the number. One click selects it whole (DEV-20). */
const TheNumber = ({ view, number }: { readonly view: CliLoginView; readonly number: string }): Markup => {
  const { about, once } = view.texts.cliLogin.number
  return (
    <>
      <p>
        {about.before}
        <bdi class="foreign">{view.program}</bdi>
        {about.after}
      </p>
      <div class="actions">
        <code class="secret number" id="number">
          {`${number.slice(0, 3)} ${number.slice(3)}`}
        </code>
        <CopyButton of="number" texts={view.texts} />
      </div>
      <p class="hint">{once}</p>
    </>
  )
}

interface OutcomeProps {
  readonly view: CliLoginView
  readonly state: Exclude<CliLoginState, { readonly name: "undecided" | "approved" }>
}

/** Nothing can be decided any more. */
const Outcome = ({ view, state }: OutcomeProps): Markup => {
  const texts = view.texts.cliLogin
  switch (state.name) {
    case "denied":
      return <NoticeBox kind={state.by === "user" ? "success" : "warning"}>{texts.denied.by[state.by]}</NoticeBox>
    case "logged-in":
      return (
        <>
          <p class="hint">
            <Moment instant={state.at} texts={view.texts} />
          </p>
          <NoticeBox kind="success">{texts.loggedIn[view.gift.kind]}</NoticeBox>
        </>
      )
    case "expired":
      return <NoticeBox kind="information">{texts.expired.text}</NoticeBox>
  }
}
