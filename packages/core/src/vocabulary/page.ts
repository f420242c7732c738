/** Lists that grow without end are read in pages of this many entries, unless the caller asks for another number. */
const USUAL_PER_PAGE = 50

/** No page is longer, whatever the caller asks for. */
export const MOST_PER_PAGE = 500

/** How many entries a page holds, given the limit that was asked for. */
export const pageLimit = (wanted: number = USUAL_PER_PAGE): number => Math.min(Math.max(1, wanted), MOST_PER_PAGE)
