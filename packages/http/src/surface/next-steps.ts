import { type Identity, isImpersonated } from "@latchkey/core"
import type { MessageAction } from "../page/message.tsx"
import type { PagePaths } from "../page/view.ts"
import { safeNext } from "../request/safe-next.ts"
import type { Texts } from "../texts/texts.ts"
import type { Head } from "./head.ts"
import { loginQuery } from "./login-query.ts"
import type { Problem } from "./problem.ts"
import type { SurfaceContext } from "./surface-context.ts"

type Step = keyof Texts["problems"]["steps"]

/** What helps with a problem, by its code. Every other one leads home. */
const byCode: ReadonlyMap<string, ReadonlyArray<Step>> = new Map<string, ReadonlyArray<Step>>([
  ["unauthorized", ["login"]],
  ["admin-required", ["otherAccount", "home"]],
  ["impersonation-forbidden", ["stopActing", "home"]],
  ["reauthentication-required", ["loginAgain"]],
  ["session-required", ["login"]],
  ["password-change-required", ["newPassword", "otherAccount"]],
  ["email-not-verified", ["verifyEmail", "home"]],
  ["no-mailer", ["login", "home"]],
  ["code-used", ["login", "home"]],
  ["registration-closed", ["login", "home"]],
  ["setup-done", ["login", "home"]],
  ["tokens-disabled", ["profile"]],
  ["account-deletion-disabled", ["profile"]],
  ["cli-login-not-found", ["enterCode", "home"]],
  ["cli-login-expired", ["enterCode", "home"]],
  ["cli-login-decided", ["enterCode", "home"]]
])

/** Problems that pass. */
const byStatus: Readonly<Record<number, ReadonlyArray<Step>>> = { 429: ["tryAgain", "home"], 503: ["tryAgain", "home"] }

/** The page that a step leads to, if it is one of ours: a step to a page that is not served is left out. */
const placeOf: { readonly [Each in Step]?: keyof PagePaths } = {
  login: "login",
  loginAgain: "login",
  otherAccount: "logout",
  stopActing: "impersonation",
  newPassword: "password",
  profile: "profile",
  enterCode: "cliLogin",
  verifyEmail: "verifyEmail"
}

/** Where the page of a problem leads: two steps at most. */
export const stepsFor = (
  problem: Problem,
  head: Head,
  identity: Identity | null,
  texts: Texts["problems"]["steps"],
  { caller, offers, places, publicUrl, settings, site }: SurfaceContext
): ReadonlyArray<MessageAction> => {
  const isPage = head.method === "GET" || head.method === "HEAD"
  // A page that is not there, or closed to everybody, is no place to come back to.
  const leadsBack = settings.mode === "session" && problem.status !== 404 && problem.code !== "registration-closed"
  const login = `${site.paths.login}${leadsBack ? loginQuery(head, problem, places.prefix, caller, false) : ""}`
  const hrefOf: Readonly<Record<Step, string | null>> = {
    home: site.home,
    tryAgain: isPage ? safeNext(`${places.prefix}${head.target}`, publicUrl) : null, // a post is not repeated (RED-05)
    login: identity === null || identity.via === "token" ? login : null,
    loginAgain: login,
    otherAccount: site.paths.logout,
    stopActing: identity !== null && isImpersonated(identity) ? site.paths.impersonation : null,
    newPassword: site.paths.password,
    profile: site.paths.profile,
    enterCode: site.paths.cliLogin,
    verifyEmail: site.paths.verifyEmail
  }
  const linkTo = (step: Step): ReadonlyArray<MessageAction> => {
    const [href, place, text] = [hrefOf[step], placeOf[step], texts[step]]
    if (href === null || (place !== undefined && !offers(place))) return []
    const label = typeof text === "string" ? text : text(site.name)
    return [step === "stopActing" ? { label, href, method: "post" } : { label, href }]
  }
  const helpful = (byCode.get(problem.code) ?? byStatus[problem.status] ?? ["home"]).flatMap(linkTo)
  return helpful.length === 0 ? linkTo("home") : helpful
}
