/** A path of this host, without blanks, controls and backslashes, in which browsers see another host. Options may come from JavaScript. */
export const isPath = (text: unknown): boolean => typeof text === "string" && /^\/(?!\/)[!-[\]-~]*$/.test(text)

/** A path of this host or a web address. Another scheme could run a script. */
export const isLink = (text: string): boolean => isPath(text) || /^https?:\/\//.test(text)
