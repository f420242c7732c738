import type { WireAnswer } from "@latchkey/conformance/adapter"
import { ada, basicOf } from "@latchkey/conformance/adapter"
import { openTokenSite, type TokenSite } from "./token-site.ts"

/** What a request brings. */
export type Headers = Readonly<Record<string, string>>

/** A site in mode `basic`; each answer is checked to set no cookie and to challenge with Basic alone. */
export const openBasic = (
  options: Parameters<typeof openTokenSite>[0] = {},
  surface: Parameters<typeof openTokenSite>[1] = {}
): Promise<TokenSite> => openTokenSite({ mode: "basic", ...options }, surface)

/** The header of a user and password. */
export const as = (user: string, password: string): Headers => ({ authorization: basicOf(user, password) })

export const adas = as("ada", ada.password)

export const rightPassword = ada.password

export const me = ({ ask }: TokenSite, headers: Headers): Promise<WireAnswer> => ask({ target: "/users/me", headers })

/** Every address that wants to know who is calling. */
export const GUARDED = ["/users/me", "/profile/", "/tokens/", "/sessions"]
