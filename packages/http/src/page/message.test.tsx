import { expect, test } from "vitest"
import { describePage } from "../../test/page-checks.ts"
import { frameOf, testEscaping } from "../../test/page-escaping.ts"
import { MessagePage } from "./message.tsx"
import { renderPage } from "./render.ts"
import { sampleMessage as message } from "./sample.ts"

describePage("message", MessagePage(message))
describePage("message without a way on", MessagePage({ ...message, code: null, status: null, actions: [] }))

test("an asynchronous page is a mistake of the host, and says what to do", () => {
  const Slow = async () => <p>later</p>
  expect(() => renderPage(<Slow />)).toThrow("pages must be plain functions")
})

testEscaping("message", (text) =>
  MessagePage({
    ...message,
    ...frameOf(text),
    title: text,
    text,
    actions: [
      { label: text, href: text },
      { label: text, href: text }
    ]
  })
)
