import { describe, test } from "vitest"
import { noChromium, useChromium } from "./chromium.ts"
import { tellStory } from "./story.ts"

describe.skipIf(noChromium)("the pages in a real browser", () => {
  const { open } = useChromium({ keepsPages: true })

  test("tell one whole story with JavaScript: PWD-17 SES-07 SES-08 SES-11 CSR-05 HTM-02 HTM-08 RED-05", () =>
    tellStory(open, true))
})
