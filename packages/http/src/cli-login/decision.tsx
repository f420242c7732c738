import type { Form } from "../page/form.ts"
import { FormOwner } from "../page/form-owner.tsx"
import { NoticeBox } from "../page/notice.tsx"
import { PasswordAgain } from "../page/password-again.tsx"
import type { Content, Markup } from "../page/view.ts"
import { UserCodeField } from "./code-page.tsx"
import { RequestFacts } from "./request-facts.tsx"
import type { CliLoginView } from "./view.ts"

interface DecisionProps {
  readonly view: CliLoginView
  readonly form: Form
}

/** A program that waits for its user: what it asks for, and the two buttons. */
export const Undecided = ({ view, form }: DecisionProps): Markup => {
  const texts = view.texts.cliLogin.undecided
  return (
    <>
      <NoticeBox kind="warning">{texts.onlyYours}</NoticeBox>
      <NetworkNotice view={view} />
      <RequestFacts view={view} />
      {view.isNetworkRefused ? (
        <DenyOnly view={view} deny={texts.deny} />
      ) : view.code === null ? (
        <CodeForm view={view} form={form} />
      ) : (
        <ApproveForm view={view} form={form} approve={texts.approve} deny={texts.deny} />
      )}
    </>
  )
}

/** Says that the program runs elsewhere, as far as it is known (DEV-12). */
const NetworkNotice = ({ view: { network, isNetworkRefused, texts } }: { readonly view: CliLoginView }) => {
  const { otherNetwork, otherNetworkRefused, unknownNetworkRefused } = texts.cliLogin.undecided
  if (network === "same" || (network === "unknown" && !isNetworkRefused)) return null
  const refusal = network === "other" ? otherNetworkRefused : unknownNetworkRefused
  return <NoticeBox kind="warning">{isNetworkRefused ? refusal : otherNetwork}</NoticeBox>
}

interface ApproveFormProps extends DecisionProps {
  /** What the two buttons say. */
  readonly approve: string
  readonly deny: string
}

/** Whether this page shows the number for the program, which no other page does. What to type is then the number, and nothing here. */
export const showsNumber = ({ state }: CliLoginView): boolean => state.name === "approved" && state.number !== null

/** Both buttons, of equal weight (DEV-11, DEV-12). Deny stands first, and submits a form of its own. */
export const ApproveForm = ({ view, form, approve, deny }: ApproveFormProps): Markup => (
  <>
    <form class="form" method="post" action={view.approvePath} novalidate>
      {/* The Enter key presses the first button of a form, so that one does nothing. */}
      <button type="submit" disabled hidden></button>
      <FormOwner user={view.user} />
      {view.code === null ? null : <input type="hidden" name="code" value={view.code} />}
      <PasswordAgain view={view} form={form} isAsked={view.asksCurrentPassword && !showsNumber(view)} />
      <Choices deny={deny}>
        <button class="button button-quiet" type="submit">
          {approve}
        </button>
      </Choices>
    </form>
    <DenyForm view={view} />
  </>
)

/** Without the code nobody has compared it. It is entered here, and leads to this page again, which then has it. */
const CodeForm = ({ view, form }: DecisionProps): Markup => {
  const { code, undecided } = view.texts.cliLogin
  return (
    <>
      <p>{undecided.codeNeeded}</p>
      <form class="form" method="post" action={view.site.paths.cliLogin} novalidate>
        <FormOwner user={view.user} />
        <UserCodeField form={form} value="" />
        <Choices deny={undecided.deny}>
          <button class="button button-quiet" type="submit">
            {code.submit}
          </button>
        </Choices>
      </form>
      <DenyForm view={view} />
    </>
  )
}

/** Where there is nothing to approve, or no longer. */
export const DenyOnly = ({ view, deny }: { readonly view: CliLoginView; readonly deny: string }): Markup => (
  <>
    <Choices deny={deny} />
    <DenyForm view={view} />
  </>
)

/** The id of the form that denies. Its button stands in another one, beside the button that approves. */
const DENY = "deny"

const Choices = ({ deny, children }: { readonly deny: string; readonly children?: Content }): Markup => (
  <div class="actions choices">
    <button class="button button-quiet" type="submit" form={DENY}>
      {deny}
    </button>
    {children}
  </div>
)

const DenyForm = ({ view }: { readonly view: CliLoginView }): Markup => (
  <form id={DENY} method="post" action={view.denyPath} hidden>
    <FormOwner user={view.user} />
    {view.code === null ? null : <input type="hidden" name="code" value={view.code} />}
  </form>
)
