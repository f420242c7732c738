import { storeConformance } from "@latchkey/conformance/store"
import { describe, test } from "vitest"
import { mixOf } from "../../test/mix-of.ts"
import { partNames } from "./used-parts.ts"

describe.each(partNames)("STO-01 the laws hold with %s apart", (part) => {
  storeConformance(test, () => mixOf([part]))
})
