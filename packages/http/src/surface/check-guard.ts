import {
  type AskedFor,
  type Auth,
  didYouMean,
  isOwnScope,
  isPolicy,
  ownScopes,
  type Policy,
  wordsFor,
  wordsForNoPolicy
} from "@latchkey/core"

/**
 * Throws for arguments of a guard that cannot be meant, when the host makes the guard. A check that is given and undefined is a
 * name that a program mistyped, or an entry that a table lacks: without this, everybody would pass whom the policy allows.
 */
export const checkGuard = (given: ReadonlyArray<unknown>): void => {
  const [policy, check, ...surplus] = given
  if (!isPolicy(policy))
    throw new Error(
      `A guard needs a policy, such as guard(signedIn). A check of your own is its second argument. It was given ${
        given.length === 0 ? "nothing" : wordsForNoPolicy(policy)
      }.`
    )
  if (given.length > 1 && typeof check !== "function")
    throw new Error(
      `The check of a guard is ${isPolicy(check) ? "a policy" : wordsFor(check)}. It must be a function.${isPolicy(check) ? COMBINE : ""}`
    )
  if (surplus.length > 0)
    throw new Error(`A guard takes a policy and a check, and was given ${given.length} arguments.${COMBINE}`)
}

const COMBINE = " Combine policies by all or either: guard(all(signedIn, verified))."

/**
 * Throws for a scope or a role that is missing among those that the options declare: no token can have it, and no user, so the guard
 * would refuse them for ever. Where nothing at all is declared, it is what a session or a superuser passes: there is no token, and
 * no user with a role, and the `warn`ing says so.
 */
export const checkAskedFor = (
  { asksFor = [] }: Pick<Policy<null>, "asksFor">,
  settings: Auth["settings"],
  warn: (text: string) => void
): void => {
  for (const { kind, name } of asksFor) {
    const { option, declared } =
      kind === "scope"
        ? { option: "tokens.scopes", declared: settings.tokens.scopes }
        : { option: "roles", declared: settings.roles }
    if (Object.hasOwn(declared, name) || (kind === "scope" && isOwnScope(name))) continue
    if (kind === "scope" && name.startsWith("latchkey:"))
      throw new Error(
        `guard(scope(${JSON.stringify(name)})): Latchkey has no such scope${didYouMean(name, ownNames) || "."} It has ${ownNames.join(", ")}.`
      )
    const names = Object.keys(declared)
    const problem = `guard(${kind}(${JSON.stringify(name)})): the option ${option} of createAuth does not declare it`
    if (names.length === 0) warn(`${problem}, nor any other, so only ${whoStillPasses[kind]} pass`)
    else
      throw new Error(
        `${problem}${didYouMean(name, names) || `. It declares ${names.slice(0, MOST_LISTED).join(", ")}`}`
      )
  }
}

const ownNames = Object.values(ownScopes)

const whoStillPasses: Readonly<Record<AskedFor["kind"], string>> = {
  scope: "sessions and passwords",
  role: "superusers"
}

/** Enough to see how names are made. */
const MOST_LISTED = 20
