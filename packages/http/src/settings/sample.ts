import { loggedIn } from "../page/sample.ts"
import type { SettingsView } from "./view.ts"

const row = { isLate: false, pending: null, isLocked: false } as const

/** A plausible view, for tests that draw the page without a server. */
export const sampleSettings: SettingsView = {
  ...loggedIn,
  user: { id: "u1", username: "ada", email: "ada@example.org" },
  groups: [
    {
      name: "general",
      rows: [
        {
          ...row,
          name: "name",
          field: { kind: "text" },
          filled: "",
          value: "Harbour Packages",
          fallback: "Latchkey",
          isLocked: true
        },
        {
          ...row,
          name: "mode",
          field: { kind: "choice", choices: ["session", "basic"] },
          filled: "basic",
          value: "session",
          fallback: "session",
          isLate: true,
          pending: "basic"
        },
        {
          ...row,
          name: "registration",
          field: { kind: "choice", choices: ["open", "invite", "closed"] },
          filled: "invite",
          value: "invite",
          fallback: "open"
        }
      ]
    },
    {
      name: "sessions",
      rows: [
        {
          ...row,
          name: "sessions.idle",
          field: { kind: "text" },
          filled: "30 minutes",
          value: "30 minutes",
          fallback: "1 hour"
        }
      ]
    },
    {
      name: "tokens",
      rows: [
        {
          ...row,
          name: "tokens.enabled",
          field: { kind: "flag" },
          filled: "",
          value: "true",
          fallback: "true"
        }
      ]
    }
  ],
  version: 3,
  before: '{"mode":"basic","registration":"invite","sessions.idle":"30 minutes","tokens.enabled":""}',
  errors: {},
  asksCurrentPassword: false,
  savePath: "/admin/settings/",
  notice: null
}
