import { describePage } from "../../test/page-checks.ts"
import { frameOf, testEscaping } from "../../test/page-escaping.ts"
import { MessagePage } from "./message.tsx"
import { sampleMessage as message } from "./sample.ts"

describePage("message", MessagePage(message))
describePage("message without a way on", MessagePage({ ...message, code: null, status: null, actions: [] }))

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
