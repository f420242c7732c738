import type * as Effect from "effect/Effect"
import type { SecretHash } from "../secret/credential.ts"
import type { StoreError } from "../store/store-error.ts"
import type { User } from "../user/user.ts"
import { DAY_MS, type Instant, LONGEST_COOKIE_MS, MINUTE_MS } from "../vocabulary/time.ts"
import type { AttemptStore } from "./attempt-store.ts"
import { bucketKey } from "./bucket-key.ts"

/** Whose sign it is. The epoch is part of each sign, so that whatever ends a user's credentials ends their signs too (RAT-15). */
export type Owner = Pick<User, "id" | "epoch">

/** A user has this many known devices, and as many known networks, at most. */
const MOST_SIGNS = 10

/** People use a network for months, and it may then be somebody else's. */
const NETWORK_KNOWN_FOR_MS = 30 * DAY_MS

/** A second tab may still send the credential of the device that the first tab has just replaced. */
const REPLACED_KNOWN_FOR_MS = MINUTE_MS

/** Signs by which the owner of an account is known again while others guess: a device, and a network of right passwords (RAT-03). */
export interface KnownSigns {
  readonly knowsDevice: (owner: Owner, device: SecretHash, at: Instant) => Effect.Effect<boolean, StoreError>
  readonly knowsNetwork: (owner: Owner, network: string, at: Instant) => Effect.Effect<boolean, StoreError>
  /** Remembers a device for as long as its cookie lives, in place of the credential that it used before. */
  readonly rememberDevice: (
    owner: Owner,
    device: SecretHash,
    before: SecretHash | null,
    at: Instant
  ) => Effect.Effect<void, StoreError>
  readonly rememberNetwork: (owner: Owner, network: string, at: Instant) => Effect.Effect<void, StoreError>
}

export const makeKnownSigns = (attempts: Pick<AttemptStore, "trust" | "isTrusted">): KnownSigns => {
  const signOf = (kind: "device" | "network", { id, epoch }: Owner, sign: string) => ({
    account: bucketKey(`${kind}s`, id),
    key: bucketKey(kind, id, epoch, sign)
  })

  return {
    knowsDevice: (owner, device, at) => attempts.isTrusted(signOf("device", owner, device), at),
    knowsNetwork: (owner, network, at) => attempts.isTrusted(signOf("network", owner, network), at),
    rememberDevice: (owner, device, before, at) => {
      const until = at + REPLACED_KNOWN_FOR_MS
      const replaced = before === null ? null : { key: signOf("device", owner, before).key, until }
      return attempts.trust(
        { ...signOf("device", owner, device), until: at + LONGEST_COOKIE_MS },
        { at, most: MOST_SIGNS, replaced, keep: "losable" }
      )
    },
    rememberNetwork: (owner, network, at) =>
      attempts.trust(
        { ...signOf("network", owner, network), until: at + NETWORK_KNOWN_FOR_MS },
        { at, most: MOST_SIGNS, replaced: null, keep: "losable" }
      )
  }
}
