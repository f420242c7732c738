import { cidr } from "@latchkey/core"

/** Addresses that no visitor from elsewhere has: of this machine, and of private networks (RFC 1918, 4193, 6598). */
const PRIVATE = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "::1",
  "fc00::/7"
].map(cidr)

export const isPrivateAddress = (ip: string): boolean => PRIVATE.some((block) => block?.contains(ip))
