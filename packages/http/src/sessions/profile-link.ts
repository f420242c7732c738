import type { SurfaceContext } from "../surface/surface-context.ts"

/** A place or a notice of the profile, by the end of its address; where people land if the host leaves out the profile. */
export const profileLink = ({ landing, offers, site }: SurfaceContext, end = ""): string =>
  offers("profile") ? `${site.paths.profile}${end}` : landing
