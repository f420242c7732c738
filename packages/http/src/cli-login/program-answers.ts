import type { SurfaceContext } from "../surface/surface-context.ts"
import { showCliLogin } from "./page-routes.ts"

/** Whole seconds, as programs get them; never 0, which some of them take for no limit. */
export const seconds = (milliseconds: number): number => Math.max(1, Math.floor(milliseconds / 1_000))

/** The address of the page for people, alone and with the code filled in. Opening it never approves anything (DEV-11). */
export const pageOf = (code: string, { places, publicUrl }: SurfaceContext) => {
  const page = `${publicUrl.origin}${places.linkTo(showCliLogin)}`
  return { page, withCode: `${page}?code=${code}` }
}
