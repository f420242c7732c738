/** A path on this host or a web address. Another scheme could run a script. */
export const isLink = (text: string): boolean => /^(?:\/(?![/\\])|https?:\/\/)/.test(text)
