import { AskDialog, AskLink } from "../src/page/ask.tsx"
import { CopyButton } from "../src/page/copy.tsx"
import { PasswordField } from "../src/page/field.tsx"
import { formOf } from "../src/page/form.ts"
import { Layout } from "../src/page/layout.tsx"
import { Moment } from "../src/page/moment.tsx"
import { now } from "../src/page/sample.ts"
import type { Markup, PageView } from "../src/page/view.ts"

/** As long as a real one, so that it has to wrap. */
export const SECRET = `lk_pat_${"0aZ".repeat(24)}`

/** A page with one of everything that the script helps with. */
export const ScriptPage = (view: PageView): Markup => (
  <Layout view={view} title="Script" width="wide">
    <h1>Script</h1>
    <form id="one" method="post" action="/sent">
      <PasswordField
        form={formOf(view, { id: "one", fields: ["password"], errors: {} })}
        name="password"
        label="Password"
        autocomplete="current-password"
      />
      <button class="button" type="submit" name="way" value="button">
        Send
      </button>
    </form>
    <p class="secret" id="token">
      {SECRET}
    </p>
    <CopyButton of="token" texts={view.texts} />
    <Moment instant={now} texts={view.texts} />
    <p id="nightly">Nightly build</p>
    <AskLink href="/tokens/1/revoke" question="Programs with it stop working." label="Revoke" about="nightly" />
    <AskDialog texts={view.texts} />
  </Layout>
)

/** A page with nothing for the script to do. */
export const PlainPage = (view: PageView): Markup => (
  <Layout view={view} title="Plain" width="narrow">
    <h1>Plain</h1>
  </Layout>
)
