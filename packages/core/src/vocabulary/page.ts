/** Every list that can grow without end is read in pages: this many entries unless the caller asks for another number. */
const USUAL_PER_PAGE = 50

/** No page is longer, whatever the caller asks for. */
export const MOST_PER_PAGE = 500

/** How many entries a page holds that was asked for with this limit. */
export const pageLimit = (wanted: number = USUAL_PER_PAGE): number => Math.min(Math.max(1, wanted), MOST_PER_PAGE)
