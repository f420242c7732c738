import { type Cidr, cidr } from "./cidr.ts"

/**
 * The word for a peer without an address: one on a Unix socket, or one that the platform does not tell. Whoever lists it
 * says that only a proxy can be there (PRX-07). nginx has `unix:` for it.
 */
export const NO_ADDRESS = "no-address"

const noAddress: Cidr = { contains: (ip) => ip === null }

/** Reads an entry of `sessions.trustedProxies`: an address, a block, or `no-address`. Null for all else. */
export const trustedProxy = (text: string): Cidr | null => (text === NO_ADDRESS ? noAddress : cidr(text))
