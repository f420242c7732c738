import { type Answer, redirect } from "./answer.ts"
import type { Call } from "./route.ts"

/**
 * After a form has done its work, a browser goes on to a page. A program that takes JSON gets what the form made or changed,
 * because a page is of no use to it.
 */
export const goOn = ({ wantsJson }: Pick<Call<null, unknown>, "wantsJson">, page: string, answer: Answer): Answer =>
  wantsJson ? answer : redirect(page)
