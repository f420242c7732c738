import { withNext } from "../page/next.tsx"
import type { SurfaceContext } from "./surface-context.ts"

type PathsOf = Pick<SurfaceContext, "site">

/** Whether a path is the page that changes the password, which is no place to go on to from itself. */
export const isPasswordPage = (path: string, { site }: PathsOf): boolean =>
  path.split("?", 1)[0] === site.paths.password

/** The page that changes the password, and from which somebody who had to go on to `next`. */
export const passwordLink = (next: string | null, context: PathsOf): string =>
  next !== null && isPasswordPage(next, context) ? next : withNext(context.site.paths.password, next)
