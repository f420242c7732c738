/** A path of this host, and not the address of another one. */
export const isPath = (text: string): boolean => /^\/(?![/\\])/.test(text)

/** A path of this host or a web address. Another scheme could run a script. */
export const isLink = (text: string): boolean => isPath(text) || /^https?:\/\//.test(text)
