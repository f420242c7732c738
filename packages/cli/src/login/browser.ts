/** Opens an address in the person's browser. It may fail: the address is shown too. */
export type OpenBrowser = (url: string) => Promise<unknown>

/** Loaded only here, because most commands open nothing. */
export const openBrowser: OpenBrowser = async (url) => {
  const { default: open } = await import("open")
  await open(url)
}

/** Where a program runs. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Whether a browser of the person who started the program can be opened. Over SSH one would open on the other machine, in
 * CI there is nobody, and a Linux without a display has none, unless it runs in Windows (WSL).
 */
export const hasBrowser = ({ platform, env }: Surroundings): boolean => {
  if (isSet(env.CI) || isSet(env.SSH_CONNECTION) || isSet(env.SSH_CLIENT) || isSet(env.SSH_TTY)) return false
  if (platform === "win32" || platform === "darwin") return true
  return isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY) || isSet(env.WSL_DISTRO_NAME)
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "" && value !== "false"
