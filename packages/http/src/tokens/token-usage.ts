import type { SurfaceContext } from "../surface/surface-context.ts"
import type { Texts } from "../texts/texts.ts"
import { showMe } from "../users/routes.ts"
import type { TokenUsage } from "./view.ts"

/** Lines to copy that use a token that was just made. They contain it, so only the answer that tells it has them. */
export const tokenUsage = (
  secret: string,
  { places, publicUrl }: Pick<SurfaceContext, "places" | "publicUrl">,
  { tokens: { issued } }: Texts
): ReadonlyArray<TokenUsage> => {
  const curl = `curl -H "Authorization: Bearer ${secret}" ${publicUrl.origin}${places.linkTo(showMe)}`
  const index = `${publicUrl.protocol}//__token__:${secret}@${publicUrl.host}${places.prefix}/simple/`
  return [
    ...(places.serves(showMe) ? [{ label: issued.curl, command: curl }] : []),
    { label: issued.pip, command: `pip install --index-url ${index} PACKAGE` }
  ]
}
