import { ago, loggedIn, now } from "../page/sample.ts"
import type { TokensView, TokenView } from "./view.ts"

const token = (id: string, rest: Partial<TokenView>): TokenView => ({
  id,
  name: "Nightly build",
  hint: "x9Qz",
  scopes: ["packages:read", "packages:write"],
  createdAt: ago(60 * 24 * 12),
  expiresAt: now + 78 * 86_400_000,
  lastUsedAt: ago(4),
  isReplaced: false,
  isImported: false,
  revokePath: `/tokens/${id}/revoke`,
  rotatePath: `/tokens/${id}/rotate`,
  ...rest
})

export const sampleTokens: TokensView = {
  ...loggedIn,
  navigation: loggedIn.navigation.map((entry) => ({ ...entry, current: entry.href === "/tokens/" })),
  user: { id: "u1", username: "ada", email: "ada@example.org" },
  tokens: [
    token("t1", {}),
    token("t2", { name: "Laptop", hint: "0aZb", scopes: [], lastUsedAt: null, expiresAt: null }),
    token("t3", {
      name: "Old build server",
      isReplaced: true,
      expiresAt: now + 7 * 3_600_000,
      scopes: ["packages:read"]
    }),
    token("t4", { name: "Mirror", hint: "", isImported: true, scopes: ["packages:read"] })
  ],
  olderPath: "/tokens/?before=1767225600000.t3",
  newestPath: null,
  issued: null,
  scopes: [
    { name: "packages:read", about: "Download packages", field: "scope:packages:read", isChosen: false },
    { name: "packages:write", about: "Upload packages", field: "scope:packages:write", isChosen: false }
  ],
  lifetimes: ["7", "30", "90", "365"],
  form: { name: "", expiresInDays: "90", idempotencyKey: "0123456789abcdef0123456789abcdef", errors: {} },
  asksCurrentPassword: false,
  overlap: 24 * 3_600_000,
  now,
  notice: null
}
